from django.urls import path

from institutions import duplicate_views, operator_views, views

app_name = "institutions"
urlpatterns = [
    path("", views.institution_list, name="institution-list"),
    path("<int:pk>/", views.institution_detail, name="institution-detail"),
    path("duplikat/", duplicate_views.duplicate_list, name="duplicate-list"),
    path(
        "duplikat/<int:kept>/<int:gone>/",
        duplicate_views.duplicate_decide,
        name="duplicate-decide",
    ),
    path("<int:pk>/langkah/", views.institution_move, name="institution-move"),
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
