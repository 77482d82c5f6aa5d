"""Addresses of the chat's pages."""

from django.urls import path

from rooms import views

urlpatterns = [
    path("", views.lobby, name="lobby"),
    path("r/<int:room_id>/", views.room, name="room"),
    path("r/<int:room_id>/<int:seq>/", views.message, name="message"),
    path("p/<str:login>/", views.conversation, name="conversation"),
]
