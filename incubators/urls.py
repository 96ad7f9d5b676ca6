from django.urls import path

from incubators import views

app_name = "incubators"
urlpatterns = [
    path("", views.incubator_list, name="incubator-list"),
    path("<int:pk>/", views.incubator_detail, name="incubator-detail"),
]
