from django.urls import path

from institutions import views

app_name = "institutions"
urlpatterns = [
    path("", views.institution_list, name="institution-list"),
    path("<int:pk>/", views.institution_detail, name="institution-detail"),
    path("<int:pk>/langkah/", views.institution_move, name="institution-move"),
]
