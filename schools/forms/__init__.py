"""What people may write about schools and about the identification of a year."""

from typing import Any

from django import forms

from accounts.access import Permission
from schools.models import Category, Identification, Municipality, PublishedCategory, School, SchoolAlias, alias_key
from schools.ordering import in_natural_order
from schools.orders import OrderDateField


class SchoolForm(forms.ModelForm):
    """Corrects a school that is already there."""

    class Meta:
        model = School
        fields = ["name", "code", "fisoko_login", "kind", "parent"]
        labels = {"parent": "Головная школа"}
        help_texts = {
            "code": "Как в файлах ГИА, текстом, с нулями впереди.",
            "fisoko_login": "Как в файлах ВПР: edu… или sch…",
            "parent": "Только для филиала.",
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget = forms.TextInput()
        parents = School.objects.allowing(user, Permission.SCHOOL_EDIT).filter(
            municipality=self.instance.municipality, parent__isnull=True
        )
        self.fields["parent"].queryset = parents.exclude(pk=self.instance.pk)
        self.fields["parent"].empty_label = "Нет: это самостоятельная школа"

    def clean_code(self) -> str:
        return self._free(SchoolAlias.Kind.CODE, "code")

    def clean_fisoko_login(self) -> str:
        return self._free(SchoolAlias.Kind.LOGIN, "fisoko_login")

    def clean_parent(self) -> School | None:
        parent: School | None = self.cleaned_data["parent"]
        if parent and self.instance.branches.exists():
            raise forms.ValidationError("У этой школы есть свои филиалы, поэтому она не может быть филиалом сама.")
        return parent

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "code" in cleaned and "fisoko_login" in cleaned and not (cleaned["code"] or cleaned["fisoko_login"]):
            self.add_error("code", "Нужен код ОО или логин: без них файлы не найдут школу.")
        return cleaned

    def _free(self, kind: str, field: str) -> str:
        """The value, if no other school of the municipality bears it now or bore it before."""
        value = str(self.cleaned_data[field]).strip()
        if not value:
            return value
        others = School.objects.filter(municipality=self.instance.municipality).exclude(pk=self.instance.pk)
        key = alias_key(kind, value)
        alias = SchoolAlias.objects.filter(school__in=others, kind=kind, key=key).select_related("school").first()
        holder = alias.school if alias else others.filter(**{field: value}).first()
        if holder:
            raise forms.ValidationError(f"«{value}» уже принадлежит школе «{holder}».")
        return value


class IdentificationForm(forms.ModelForm):
    """Puts a school of the municipality into a category of the year."""

    order_date = OrderDateField(required=False)

    class Meta:
        model = Identification
        fields = ["school", "category", "order_number", "order_date"]

    def __init__(self, *args: Any, user: Any, municipality: Municipality, school_year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["order_date"].school_year = school_year
        schools = School.objects.allowing(user, Permission.IDENTIFICATION_EDIT).filter(municipality=municipality)
        field = self.fields["school"]
        field.queryset = schools
        field.label = "Школа"
        field.choices = [("", "Выберите школу"), *((s.pk, s.name) for s in in_natural_order(schools))]
        self.fields["category"].choices = [("", "Выберите категорию"), *Category.choices]


class EmptyCategoryForm(forms.ModelForm):
    """Says that nobody is in a category of the year."""

    order_date = OrderDateField(required=False)

    class Meta:
        model = PublishedCategory
        fields = ["category", "order_number", "order_date"]

    def __init__(self, *args: Any, school_year: int, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="empty-%s", **kwargs)
        self.fields["order_date"].school_year = school_year
        self.fields["category"].choices = [("", "Выберите категорию"), *Category.choices]


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files in one field; the browser sends them together. `at_least_one` is what to say of none."""

    widget = ManyFilesInput

    def __init__(self, *, at_least_one: str = "", **options: Any) -> None:
        super().__init__(required=bool(at_least_one), **options)
        self.at_least_one = at_least_one

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given and self.at_least_one:
            raise forms.ValidationError(self.at_least_one)
        return [super(ManyFilesField, self).clean(item, initial) for item in given]


class TableForm(forms.Form):
    """One filled-in spreadsheet."""

    file = forms.FileField(
        label="Файл",
        help_text="Excel (.xlsx, .xls) или CSV, до 10 МБ",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )
