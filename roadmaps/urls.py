"""Addresses of `roadmaps`."""

from django.urls import path

from roadmaps.views import decisions, plan_files, programmes, reporting, reviewing, roadmaps, rows, seeing

app_name = "roadmaps"
urlpatterns = [
    path("roadmaps/", roadmaps.roadmap_list, name="list"),
    path("roadmaps/new/", plan_files.new, name="new"),
    path("roadmaps/new/store/", plan_files.store, name="store"),
    path("roadmaps/mine/", reporting.mine, name="mine"),
    path("roadmaps/rows/", seeing.rows, name="rows"),
    path("roadmaps/rows/timeline/", seeing.timeline, name="timeline"),
    path("roadmaps/<int:pk>/", roadmaps.roadmap, name="roadmap"),
    path("roadmaps/<int:pk>/rows/new/", rows.new, name="new_row"),
    path("roadmaps/<int:pk>/deadline/", rows.deadline, name="deadline"),
    path("roadmaps/activities/<int:pk>/", roadmaps.activity, name="activity"),
    path("roadmaps/activities/<int:pk>/edit/", rows.edit, name="edit_row"),
    path("roadmaps/activities/<int:pk>/remove/", rows.remove, name="remove_row"),
    path("roadmaps/activities/<int:pk>/put-back/", rows.restore, name="put_back"),
    path("roadmaps/activities/<int:pk>/comment/", roadmaps.comment, name="comment"),
    path("roadmaps/activities/<int:pk>/overrule/", reviewing.overrule_activity, name="overrule"),
    path("roadmaps/occurrences/<int:pk>/report/", reporting.report, name="report"),
    path("roadmaps/occurrences/<int:pk>/cancel/", reviewing.cancel_occurrence, name="cancel"),
    path("roadmaps/reports/<int:pk>/", reviewing.judge, name="judge"),
    path("roadmaps/reports/<int:pk>/take-back/", reporting.take_report_back, name="take_back"),
    path("roadmaps/evidence/<int:pk>/", reporting.evidence, name="evidence"),
    path("roadmaps/evidence/<int:pk>/preview/", reporting.evidence_preview, name="evidence_preview"),
    path("roadmaps/evidence/<int:pk>/delete/", reporting.delete_evidence, name="delete_evidence"),
    path("roadmaps/decisions/", decisions.decision_list, name="decisions"),
    path("roadmaps/decisions/new/", decisions.new_decision, name="new_decision"),
    path("roadmaps/decisions/<int:pk>/", decisions.decision, name="decision"),
    path("roadmaps/decisions/<int:pk>/edit/", decisions.edit_decision, name="edit_decision"),
    path("roadmaps/control/", decisions.control, name="control"),
    path("roadmaps/control/<int:pk>/", decisions.assignment, name="assignment"),
    path("programmes/", programmes.programme_list, name="programmes"),
    path("programmes/new/", programmes.new, name="new_programme"),
    path("programmes/<int:pk>/", programmes.programme, name="programme"),
    path("programmes/<int:pk>/edit/<slug:part>/", programmes.edit, name="edit_programme"),
    path("programmes/<int:pk>/move/", programmes.move, name="move_programme"),
    path("programmes/<int:pk>/approve/", programmes.approve, name="approve_programme"),
]
