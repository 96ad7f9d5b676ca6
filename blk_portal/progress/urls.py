from django.urls import path

from blk_portal.progress import (
    bridge_views,
    daskin_views,
    duty_views,
    explain_views,
    incubator_views,
    independence_views,
    news_views,
    outstanding_views,
    profile_views,
    publication_views,
    views,
)

app_name = "progress"
urlpatterns = [
    path("", views.public, name="public"),
    path("bahasa/", views.choose_language, name="language"),
    path("beranda/", views.home, name="home"),
    path("panduan/", views.guide, name="guide"),
    path("tunggakan/", outstanding_views.outstanding_list, name="outstanding"),
    path("tunggakan/kelengkapan/", outstanding_views.completeness_list, name="completeness"),
    path("kewajiban/<int:pk>/", duty_views.duty_detail, name="duty-detail"),
    path("kewajiban/<int:pk>/nihil/", duty_views.duty_zero, name="duty-zero"),
    path("kewajiban/<int:pk>/nihil/batal/", duty_views.duty_zero_undo, name="duty-zero-undo"),
    path("kewajiban/<int:pk>/perpanjang/", duty_views.duty_extend, name="duty-extend"),
    path("kewajiban/<int:pk>/tidak-diharapkan/", duty_views.duty_excuse, name="duty-excuse"),
    path("kewajiban/<int:pk>/diharapkan/", duty_views.duty_expect, name="duty-expect"),
    path("akun/kabar/", news_views.news, name="news"),
    path("akun/kabar/dibaca/", news_views.news_read, name="news-read"),
    path("capaian/", views.dashboard, name="dashboard"),
    path("capaian/jembatan/", bridge_views.bridge, name="bridge"),
    path(
        "capaian/terbitkan/<int:year>/",
        publication_views.publication_create,
        name="publication-create",
    ),
    path(
        "publikasi/<int:year>/<str:slug>/",
        publication_views.publication_detail,
        name="publication-detail",
    ),
    path("capaian/jelaskan/", explain_views.explain_figure, name="explain"),
    path("capaian/inkubator/", incubator_views.incubators, name="incubators"),
    path("capaian/kemandirian/", independence_views.independence, name="independence"),
    path(
        "capaian/kemandirian/provinsi/<slug:code>/",
        independence_views.independence_of_province,
        name="independence-of-province",
    ),
    path(
        "capaian/kemandirian/uptp/<slug:code>/",
        independence_views.independence_of_office,
        name="independence-of-office",
    ),
    path("capaian/daskin/", daskin_views.monthly_tables, name="monthly-tables"),
    path("capaian/daskin/bekukan/", daskin_views.monthly_freeze, name="monthly-freeze"),
    path("capaian/daskin/<slug:month>/", daskin_views.monthly_table, name="monthly-table"),
    path("capaian/provinsi/<slug:code>/", views.province_detail, name="province-detail"),
    path(
        "capaian/provinsi/<slug:code>/profil.pdf",
        profile_views.province_profile,
        name="province-profile",
    ),
    path(
        "lembaga/<int:pk>/profil.pdf",
        profile_views.institution_profile,
        name="institution-profile",
    ),
    path("capaian/uptp/<slug:code>/", views.office_detail, name="office-detail"),
]
