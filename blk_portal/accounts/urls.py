from django.urls import path

from blk_portal.accounts import views

app_name = "accounts"
urlpatterns = [path("<str:token>/", views.invitation, name="invitation")]
