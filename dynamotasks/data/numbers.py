"""Numbers as DynamoDB stores them: up to 38 significant digits."""

from __future__ import annotations

from decimal import Context, Decimal, InvalidOperation

from ..schema.limits import NUMBER_DIGITS, NUMBER_EXPONENT

_CONTEXT = Context(prec=NUMBER_DIGITS)


def number_text(given: str | Decimal) -> str:
    """Return a number with all its digits, in one form for equal numbers.

    Raises:
        ValueError: DynamoDB rejects the number; the message is the reason.
    """
    try:
        number = Decimal(given)
    except InvalidOperation:
        number = Decimal("nan")
    # Decimal accepts 1_000 and digits of other scripts
    if not number.is_finite() or (isinstance(given, str) and ("_" in given or not given.isascii())):
        raise ValueError("not a finite decimal number")
    if not number:
        return "0"
    if (count := len(significant_digits(number))) > NUMBER_DIGITS:
        raise ValueError(f"{count} significant digits: the maximum is {NUMBER_DIGITS}")
    lowest, highest, _ = NUMBER_EXPONENT
    if not lowest <= number.adjusted() <= highest:
        raise ValueError(f"a magnitude of 1E{number.adjusted():+}: expected 1E{lowest} to 9.9E+{highest}")
    number = number.normalize(_CONTEXT)
    # boto3 cannot read a number that is written with more digits
    return f"{number:f}" if number.adjusted() < NUMBER_DIGITS else str(number)


def significant_digits(number: Decimal) -> str:
    """Return the digits of a number without leading and trailing zeros."""
    return "".join(map(str, number.as_tuple().digits)).strip("0")
