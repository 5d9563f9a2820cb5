"""Addresses of `roadmaps`."""

from django.urls import path

from roadmaps.views import roadmaps

app_name = "roadmaps"
urlpatterns = [
    path("roadmaps/", roadmaps.roadmap_list, name="list"),
    path("roadmaps/<int:pk>/", roadmaps.roadmap, name="roadmap"),
    path("roadmaps/activities/<int:pk>/", roadmaps.activity, name="activity"),
    path("programmes/<int:pk>/", roadmaps.programme, name="programme"),
]
