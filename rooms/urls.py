"""Addresses of the chat's pages."""

from django.urls import path

from rooms import form_views, invitation_views, views

urlpatterns = [
    path("", views.lobby, name="lobby"),
    path("r/<int:room_id>/", views.room, name="room"),
    path("r/<int:room_id>/post/", form_views.write_in, name="write_in"),
    path("r/<int:room_id>/<int:seq>/", views.message, name="message"),
    path("join/", invitation_views.join, name="join"),
    path("join/<int:room_id>/", invitation_views.join, name="join"),
    path("invite/", invitation_views.invite, name="invite"),
    path("invite/<int:room_id>/", invitation_views.invite, name="invite"),
    path("p/<str:login>/", views.conversation, name="conversation"),
    path("p/<str:login>/post/", form_views.write_to, name="write_to"),
]
