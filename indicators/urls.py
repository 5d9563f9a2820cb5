"""Addresses of `indicators`."""

from django.urls import path

from indicators.views import indicators, statistic_kinds, statistics

app_name = "indicators"
urlpatterns = [
    path("indicators/", indicators.indicator_list, name="list"),
    path("indicators/<int:pk>/", indicators.indicator, name="indicator"),
    path("schools/<int:pk>/indicators/", indicators.school_indicators, name="school_indicators"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/upload/", statistics.take_table, name="take_statistics"),
    path("statistics/template/", statistics.template, name="statistics_template"),
    path("statistics/kinds/new/", statistic_kinds.new_kind, name="new_kind"),
    path("statistics/kinds/<int:pk>/", statistic_kinds.edit_kind, name="edit_kind"),
    path("statistics/kinds/<int:pk>/remove/", statistic_kinds.remove_kind, name="remove_kind"),
]
