"""Addresses of `indicators`."""

from django.urls import path

from indicators.views import indicators, statistics

app_name = "indicators"
urlpatterns = [
    path("indicators/", indicators.indicator_list, name="list"),
    path("indicators/<int:pk>/", indicators.indicator, name="indicator"),
    path("schools/<int:pk>/indicators/", indicators.school_indicators, name="school_indicators"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/upload/", statistics.take_table, name="take_statistics"),
    path("statistics/template/", statistics.template, name="statistics_template"),
]
