from django.urls import path

from institutions import assessment_views, operator_views, partner_views, views, visit_views

app_name = "institutions"
urlpatterns = [
    path("", views.institution_list, name="institution-list"),
    path("<int:pk>/", views.institution_detail, name="institution-detail"),
    path("<int:pk>/langkah/", views.institution_move, name="institution-move"),
    path("<int:pk>/penilaian/", assessment_views.assessment_list, name="assessment-list"),
    path(
        "<int:pk>/penilaian/<int:assessment>/tarik/",
        assessment_views.assessment_withdraw,
        name="assessment-withdraw",
    ),
    path("<int:pk>/kunjungan/", visit_views.visit_list, name="visit-list"),
    path(
        "<int:pk>/kunjungan/<int:visit>/tindak-lanjut/",
        visit_views.visit_follow_up,
        name="visit-follow-up",
    ),
    path(
        "<int:pk>/kunjungan/<int:visit>/tarik/", visit_views.visit_withdraw, name="visit-withdraw"
    ),
    path("<int:pk>/mitra/", partner_views.institution_partners, name="institution-partners"),
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
