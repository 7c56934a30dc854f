"""What is known of the patient: every datum optional, every figure with its unit in its name and within living bounds."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from engine.errors import InputError
from engine.prescriptions.units import UMOL_L_PER_MG_DL_CREATININE

MAX_PATIENT_CHARACTERS = 100_000
_ADULT_YEARS = 18.0

ContextCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]

_WANTED = {
    "literal_error": "must be one of {expected}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a number",
    "bool_type": "must be true or false",
    "string_type": "must be a text",
    "tuple_type": "must be a list",
    "too_long": "holds too many entries",
    "string_pattern_mismatch": "must hold context codes such as long_qt",
    "extra_forbidden": "is not a field of a patient",
}


class Patient(BaseModel):
    """A patient, as far as known. Frozen; unknown stays `None` and is never given a default.

    `history` holds codes of `resources/knowledge/vocabulary_contexts.tsv`, `history_absent` those that are known not to
    hold; a code in neither is unknown.
    The bounds only keep out slips of the pen and of the unit (a creatinine in mg/dL is refused as a µmol/L one).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    age_years: float | None = Field(default=None, ge=0, le=130)
    sex: Literal["female", "male"] | None = None
    weight_kg: float | None = Field(default=None, ge=0.3, le=650)
    height_cm: float | None = Field(default=None, ge=20, le=280)
    egfr_ml_min: float | None = Field(default=None, ge=0, le=300)
    creatinine_umol_l: float | None = Field(default=None, ge=10, le=5000)
    child_pugh: Literal["A", "B", "C"] | None = None
    pregnant: bool | None = None
    breastfeeding: bool | None = None
    qtc_ms: float | None = Field(default=None, ge=200, le=900)
    potassium_mmol_l: float | None = Field(default=None, ge=1, le=12)
    inr: float | None = Field(default=None, ge=0.5, le=30)
    smoker: bool | None = None
    alcohol: bool | None = None
    history: tuple[ContextCode, ...] = Field(default=(), max_length=100)
    history_absent: tuple[ContextCode, ...] = Field(default=(), max_length=100)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.sex == "male" and self.pregnant:
            raise ValueError("“pregnant” contradicts “sex”: male")
        if set(self.history) & set(self.history_absent):
            raise ValueError("“history” and “history_absent” name the same code")
        return self

    def effective_egfr_ml_min(self) -> float | None:
        """Kidney function in mL/min: the figure given, else creatinine clearance by Cockcroft and Gault, else None.

        (140 − age in years) × weight in kg ÷ (72 × creatinine in mg/dL), × 0.85 for women: Cockcroft DW, Gault MH. Prediction
        of creatinine clearance from serum creatinine. Nephron 1976;16:31–41. Made from adults: no figure below 18 years.
        Actual weight is used, and the result is not normalised to body surface.
        """
        if self.egfr_ml_min is not None:
            return self.egfr_ml_min
        if self.creatinine_umol_l is None or self.age_years is None or self.weight_kg is None or self.sex is None:
            return None
        if self.age_years < _ADULT_YEARS:
            return None
        creatinine_mg_dl = self.creatinine_umol_l / UMOL_L_PER_MG_DL_CREATININE
        clearance = (140.0 - self.age_years) * self.weight_kg / (72.0 * creatinine_mg_dl)
        return clearance * (0.85 if self.sex == "female" else 1.0)


def bounds_of(field: str) -> tuple[float, float]:
    """Least and greatest figure that a field of :class:`Patient` takes, in the unit of its name.

    Raises:
        KeyError: there is no such field.
        ValueError: the field holds no figure.
    """
    limits = Patient.model_fields[field].metadata
    least = [limit.ge for limit in limits if hasattr(limit, "ge")]
    most = [limit.le for limit in limits if hasattr(limit, "le")]
    if not least or not most:
        raise ValueError(field)
    return float(least[0]), float(most[0])


def patient_from_json(text: str) -> Patient:
    """Read a patient from one JSON object with the fields of :class:`Patient`.

    Raises InputError with a sentence that names the first bad field and never repeats what was typed in it.
    """
    if len(text) > MAX_PATIENT_CHARACTERS:
        raise InputError(f"The patient's data are longer than {MAX_PATIENT_CHARACTERS:,} characters.")
    try:
        return Patient.model_validate_json(text.encode("utf-8", errors="replace"))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise InputError(_sentence(first["type"], first["loc"], first["msg"], first.get("ctx", {}))) from None


def _sentence(kind: str, location: tuple[int | str, ...], message: str, context: dict[str, object]) -> str:
    if kind == "json_invalid":
        return "The patient's data are not valid JSON."
    if not location:
        if kind == "value_error":
            return f"The patient's data do not fit together: {message.removeprefix('Value error, ')}."
        return "The patient's data must be one JSON object."
    # A name nobody chose from our list may be a person's own text: it is not repeated.
    field = "A field" if kind == "extra_forbidden" and not _plain(str(location[0])) else f"“{location[0]}”"
    wanted = _WANTED.get(kind, "cannot be used").format_map(context)
    return f"{field} in the patient's data {wanted}."


def _plain(name: str) -> bool:
    return len(name) <= 40 and name.replace("_", "").isascii() and name.replace("_", "").isalnum()
