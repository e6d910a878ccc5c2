"""Names in several languages, as three labelled lines of a form."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.localised import ORDER

OWN_NAMES = {"zh-hans": "简体中文", "zh-hant": "繁體中文", "en": "English"}


class NamesWidget(forms.MultiWidget):
    """One line for each language."""

    template_name = "complaints/widgets/parts.html"
    use_fieldset = True
    is_wide = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        lines: dict[str, Any] = {
            code.replace("-", "_"): forms.TextInput(attrs={"lang": code, "maxlength": 200}) for code in ORDER
        }
        super().__init__(lines, attrs)

    def decompress(self, value: Any) -> list[str]:
        """A stored name into lines."""
        return [(value or {}).get(code, "") for code in ORDER]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for code, part in zip(ORDER, context["widget"]["subwidgets"], strict=True):
            part["label"] = OWN_NAMES[code]
        return context


class NamesField(forms.MultiValueField):
    """A name: simplified Chinese at least; a language without one shows the nearest that has."""

    def __init__(self, *, required: bool = True, **options: Any) -> None:
        options.pop("encoder", None)
        options.pop("decoder", None)
        options["widget"] = NamesWidget
        options.setdefault("help_text", gettext_lazy("Simplified Chinese is needed; the others may be left empty."))
        fields = [forms.CharField(required=False, max_length=200) for _code in ORDER]
        super().__init__(fields=fields, require_all_fields=False, required=required, **options)

    def compress(self, data_list: list[str]) -> dict[str, str]:
        found = {code: text.strip() for code, text in zip(ORDER, data_list or [], strict=False) if text.strip()}
        if (found or self.required) and not found.get(ORDER[0]):
            raise ValidationError(_("Please give the name in simplified Chinese."))
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != (initial or {}))
        except ValidationError:
            return True
