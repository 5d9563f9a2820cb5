"""Addresses of `roadmaps`."""

from django.urls import path

from roadmaps.views import plan_files, roadmaps

app_name = "roadmaps"
urlpatterns = [
    path("roadmaps/", roadmaps.roadmap_list, name="list"),
    path("roadmaps/new/", plan_files.new, name="new"),
    path("roadmaps/new/store/", plan_files.store, name="store"),
    path("roadmaps/<int:pk>/", roadmaps.roadmap, name="roadmap"),
    path("roadmaps/activities/<int:pk>/", roadmaps.activity, name="activity"),
    path("programmes/<int:pk>/", roadmaps.programme, name="programme"),
]
