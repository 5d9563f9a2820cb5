"""Addresses of `schools`."""

from django.urls import path

from schools.views import identification, risks, schools

app_name = "schools"
urlpatterns = [
    path("schools/", schools.school_list, name="list"),
    path("schools/upload/", schools.take_school_list, name="take_list"),
    path("schools/<int:pk>/", schools.school_page, name="school"),
    path("schools/<int:pk>/edit/", schools.school_edit, name="edit"),
    path("schools/<int:pk>/risks/", risks.school_risks, name="school_risks"),
    path("schools/<int:pk>/risks/assess/", risks.assess, name="assess_risks"),
    path("schools/risks/", risks.risks, name="risks"),
    path("schools/risks/undecided/", risks.undecided, name="undecided_risks"),
    path("schools/risks/factors/", risks.factors, name="risk_factors"),
    path("schools/risks/factors/take/", risks.take_factors, name="take_risk_factors"),
    path("schools/risks/factors/new/", risks.new_factor, name="new_risk_factor"),
    path("schools/risks/factors/<int:pk>/", risks.edit_factor, name="risk_factor"),
    path("schools/risks/factors/<int:pk>/delete/", risks.delete_factor, name="delete_risk_factor"),
    path("schools/risks/<int:pk>/", risks.school_risk, name="school_risk"),
    path("schools/risks/<int:pk>/check/", risks.check, name="check_risk"),
    path("schools/risks/<int:pk>/decide/", risks.decide, name="decide_risk"),
    path("identification/", identification.identification, name="identification"),
    path("identification/upload/", identification.take_list, name="take_identification"),
    path("identification/template/", identification.template, name="identification_template"),
    path("identification/empty/", identification.leave_empty, name="leave_category_empty"),
    path("identification/empty/<int:pk>/forget/", identification.forget_empty, name="forget_empty_category"),
    path("identification/<int:pk>/remove/", identification.remove, name="remove_identification"),
]
