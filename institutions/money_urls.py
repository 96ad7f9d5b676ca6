from django.urls import path

from institutions import owed_views

app_name = "money"
urlpatterns = [
    path("", owed_views.owed_list, name="owed-list"),
]
