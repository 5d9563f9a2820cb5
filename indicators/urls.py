"""Addresses of `indicators`."""

from django.urls import path

from indicators.views import builder, indicators, ledger, plan, plan_files, statistic_kinds, statistics

app_name = "indicators"
urlpatterns = [
    path("indicators/", indicators.indicator_list, name="list"),
    path("indicators/new/", builder.new_indicator, name="new"),
    path("indicators/<int:pk>/edit/", builder.edit_indicator, name="edit"),
    path("indicators/<int:pk>/delete/", builder.delete_indicator, name="delete"),
    path("indicators/<int:pk>/", indicators.indicator, name="indicator"),
    path("indicators/<int:pk>/plan/", plan.plan, name="school_plan"),
    path("indicators/<int:pk>/plan/version/", plan.confirm_version, name="confirm_plan_version"),
    path("indicators/<int:pk>/plan/template/", plan_files.template, name="school_plan_template"),
    path("indicators/<int:pk>/plan/upload/", plan_files.take_table, name="take_school_plan"),
    path("indicators/<int:pk>/plan/baselines/", plan_files.take_baselines, name="take_school_baselines"),
    path("indicators/<int:pk>/plan/editions/", ledger.plan_editions, name="school_plan_editions"),
    path("indicators/plan/", plan.plan, name="plan"),
    path("indicators/plan/template/", plan_files.template, name="plan_template"),
    path("indicators/plan/upload/", plan_files.take_table, name="take_plan"),
    path("indicators/plan/baselines/", plan_files.take_baselines, name="take_baselines"),
    path("indicators/plan/confirm/", plan_files.confirm, name="confirm_plan"),
    path("indicators/plan/editions/", ledger.plan_editions, name="plan_editions"),
    path("indicators/plan/ledger/", ledger.plan_ledger, name="plan_ledger"),
    path("schools/<int:pk>/indicators/", indicators.school_indicators, name="school_indicators"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/upload/", statistics.take_table, name="take_statistics"),
    path("statistics/template/", statistics.template, name="statistics_template"),
    path("statistics/kinds/new/", statistic_kinds.new_kind, name="new_kind"),
    path("statistics/kinds/<int:pk>/", statistic_kinds.edit_kind, name="edit_kind"),
    path("statistics/kinds/<int:pk>/remove/", statistic_kinds.remove_kind, name="remove_kind"),
]
