"""Addresses of the chat's pages."""

from django.urls import path

from rooms import form_views, views

urlpatterns = [
    path("", views.lobby, name="lobby"),
    path("r/<int:room_id>/", views.room, name="room"),
    path("r/<int:room_id>/post/", form_views.write_in, name="write_in"),
    path("r/<int:room_id>/<int:seq>/", views.message, name="message"),
    path("p/<str:login>/", views.conversation, name="conversation"),
    path("p/<str:login>/post/", form_views.write_to, name="write_to"),
]
