from django.urls import path

from institutions import operator_views, paper_views, views

app_name = "institutions"
urlpatterns = [
    path("", views.institution_list, name="institution-list"),
    path("<int:pk>/", views.institution_detail, name="institution-detail"),
    path("<int:pk>/langkah/", views.institution_move, name="institution-move"),
    path("<int:pk>/dokumen/", paper_views.paper_list, name="paper-list"),
    path("<int:pk>/operator/", operator_views.operator_invite, name="operator-invite"),
    path(
        "<int:pk>/operator/<int:membership>/tautan/",
        operator_views.operator_reissue,
        name="operator-reissue",
    ),
    path(
        "<int:pk>/operator/<int:membership>/keluarkan/",
        operator_views.operator_remove,
        name="operator-remove",
    ),
]
