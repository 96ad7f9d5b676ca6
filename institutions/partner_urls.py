from django.urls import path

from institutions import partner_views

app_name = "partners"
urlpatterns = [
    path("", partner_views.partner_list, name="partner-list"),
    path("<int:pk>/", partner_views.partner_detail, name="partner-detail"),
]
