"""Addresses of `monitoring`."""

from django.urls import path

from monitoring.views import analysis, audit, identification, identification_list, objectivity, schools, sources, uploads, why

app_name = "monitoring"
urlpatterns = [
    path("schools/<int:pk>/results/", schools.school_results, name="school_results"),
    path("schools/<int:pk>/comparison/", analysis.school_comparison, name="school_comparison"),
    path("analysis/", analysis.heat_map, name="heat_map"),
    path("analysis/years/", analysis.courses, name="courses"),
    path("analysis/participation/", analysis.participation, name="participation"),
    path("analysis/topics/", analysis.weak_topics, name="weak_topics"),
    path("analysis/topics/<slug:procedure>/<slug:subject>/<int:grade>/", analysis.topics, name="topics"),
    path("analysis/summary/", analysis.summary, name="summary"),
    path("analysis/staff/", analysis.staff, name="staff"),
    path("analysis/groups/", analysis.groups, name="groups"),
    path("analysis/warning/", analysis.early_warning, name="early_warning"),
    path("audit/", audit.audit, name="audit"),
    path("schools/<int:pk>/results/mark/", objectivity.mark, name="mark_results"),
    path("objectivity/", objectivity.objectivity, name="objectivity"),
    path("objectivity/list/", objectivity.take_list, name="take_objectivity_list"),
    path("objectivity/list/confirm/", objectivity.confirm_list, name="confirm_objectivity_list"),
    path("objectivity/<int:pk>/lift/", objectivity.lift, name="lift_flag"),
    path("indicators/<int:pk>/why/", why.municipality_why, name="why"),
    path("schools/<int:school_pk>/indicators/<int:pk>/why/", why.school_why, name="school_why"),
    path("identification/rule/", identification.rule, name="identification_rule"),
    path("identification/proposal/", identification.proposal, name="identification_proposal"),
    path("identification/what-if/", identification.trial, name="identification_trial"),
    path("identification/groups/", identification.groups, name="identification_groups"),
    path("identification/decisions/", identification_list.decisions, name="identification_decisions"),
    path("identification/publication/", identification_list.publication, name="identification_publication"),
    path("identification/editions/<int:pk>/", identification_list.edition, name="identification_edition"),
    path("identification/history/", identification_list.history, name="identification_history"),
    path("data/", uploads.upload_list, name="uploads"),
    path("data/source/", sources.source, name="source"),
    path("data/<int:pk>/", uploads.upload_detail, name="upload"),
    path("data/<int:pk>/answer/", uploads.upload_answer, name="upload_answer"),
    path("data/<int:pk>/leave-out/", uploads.upload_leave_out, name="upload_leave_out"),
    path("data/<int:pk>/match/", uploads.upload_match, name="upload_match"),
    path("data/<int:pk>/confirm/", uploads.upload_confirm, name="upload_confirm"),
    path("data/<int:pk>/cancel/", uploads.upload_cancel, name="upload_cancel"),
    path("data/<int:pk>/undo/", uploads.upload_undo, name="upload_undo"),
]
