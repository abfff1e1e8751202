"""Z-scores as WHO publishes them, and the age they are looked up at.

The values were typed in from WHO's expanded z-score tables: what a girl or boy of that many days
(or months) measures at -4 to +4 deviations; and from the survey example of WHO Anthro.
"""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from care.growth import DAYS_PER_MONTH, Measure, Sizes, age_on, value
from care.people import Child, ChildState
from content.growth_tables import standards

# measure, sex, days: values at the deviations named in DEVIATIONS
DEVIATIONS = (-3, -2, -1, 0, 1, 2, 3)
BY_DAY = [
    (Measure.WEIGHT, "boy", 0, (2.080, 2.459, 2.881, 3.346, 3.859, 4.419, 5.031)),
    (Measure.WEIGHT, "boy", 91, (4.429, 5.012, 5.657, 6.369, 7.153, 8.016, 8.962)),
    (Measure.WEIGHT, "boy", 274, (6.391, 7.145, 7.980, 8.902, 9.920, 11.042, 12.279)),
    (Measure.WEIGHT, "boy", 730, (8.630, 9.670, 10.838, 12.148, 13.620, 15.272, 17.128)),
    (Measure.WEIGHT, "boy", 1826, (12.369, 14.067, 16.039, 18.335, 21.018, 24.163, 27.861)),
    (Measure.WEIGHT, "girl", 0, (2.033, 2.395, 2.794, 3.232, 3.711, 4.230, 4.793)),
    (Measure.WEIGHT, "girl", 61, (3.449, 3.944, 4.502, 5.132, 5.839, 6.634, 7.525)),
    (Measure.WEIGHT, "girl", 365, (6.273, 7.041, 7.925, 8.946, 10.129, 11.506, 13.114)),
    (Measure.WEIGHT, "girl", 1096, (9.612, 10.806, 12.205, 13.852, 15.806, 18.140, 20.952)),
    (Measure.HEIGHT, "boy", 0, (44.205, 46.098, 47.991, 49.884, 51.777, 53.670, 55.564)),
    (Measure.HEIGHT, "boy", 183, (61.221, 63.362, 65.503, 67.644, 69.784, 71.925, 74.066)),
    (Measure.HEIGHT, "boy", 730, (78.638, 81.693, 84.747, 87.802, 90.856, 93.911, 96.966)),
    (Measure.HEIGHT, "boy", 731, (77.961, 81.017, 84.074, 87.130, 90.187, 93.243, 96.300)),
    (Measure.HEIGHT, "girl", 30, (47.774, 49.727, 51.680, 53.633, 55.585, 57.538, 59.491)),
    (Measure.HEIGHT, "girl", 548, (72.000, 74.904, 77.808, 80.712, 83.616, 86.520, 89.424)),
    (Measure.HEIGHT, "girl", 1461, (89.809, 94.116, 98.424, 102.731, 107.039, 111.346, 115.654)),
    (Measure.HEIGHT, "girl", 1827, (95.165, 99.922, 104.679, 109.436, 114.193, 118.951, 123.708)),
    (Measure.BMI, "boy", 0, (10.184, 11.133, 12.201, 13.407, 14.773, 16.326, 18.100)),
    (Measure.BMI, "boy", 90, (13.078, 14.241, 15.506, 16.883, 18.380, 20.008, 21.780)),
    (Measure.BMI, "boy", 1856, (11.943, 12.880, 13.950, 15.184, 16.619, 18.304, 20.307)),
    (Measure.BMI, "girl", 1800, (11.649, 12.691, 13.887, 15.270, 16.883, 18.779, 21.032)),
    (Measure.BMI, "girl", 1856, (11.635, 12.683, 13.887, 15.280, 16.905, 18.820, 21.097)),
]
BY_MONTH = [
    (Measure.WEIGHT, "boy", 61, (12.718, 14.367, 16.279, 18.506, 21.109, 24.165, 27.770)),
    (Measure.WEIGHT, "boy", 84, (15.666, 17.655, 20.029, 22.892, 26.382, 30.695, 36.100)),
    (Measure.WEIGHT, "girl", 72, (13.471, 15.274, 17.465, 20.164, 23.541, 27.845, 33.448)),
    (Measure.WEIGHT, "girl", 95, (16.151, 18.424, 21.238, 24.785, 29.352, 35.383, 43.596)),
    (Measure.HEIGHT, "boy", 72, (101.171, 106.097, 111.024, 115.951, 120.878, 125.804, 130.731)),
    (Measure.HEIGHT, "boy", 95, (109.962, 115.580, 121.198, 126.816, 132.434, 138.051, 143.669)),
    (Measure.BMI, "girl", 61, (11.770, 12.748, 13.891, 15.244, 16.870, 18.858, 21.340)),
    (Measure.BMI, "girl", 84, (11.751, 12.735, 13.927, 15.404, 17.289, 19.789, 23.287)),
]
# Beyond three deviations steps are of equal size for weight and BMI.
FAR = [
    (Measure.BMI, "boy", 0, -4, 9.235),
    (Measure.BMI, "boy", 90, 4, 23.551),
    (Measure.BMI, "girl", 1856, 4, 23.374),
    (Measure.BMI, "boy", 1856, -4, 11.007),
]
# WHO Anthro's own example: sex, days, kilograms, centimetres, z of length, weight, BMI.
SURVEY = [
    ("girl", 683, 10.4, 84.8, -0.07, -0.57, -0.79),
    ("girl", 653, 11.7, 83.5, -0.19, 0.53, 0.90),
    ("boy", 515, 10.8, 80.9, -0.10, 0.07, 0.20),
    ("girl", 520, 8.6, 72.6, -2.51, -1.28, 0.37),
    ("boy", 100, 7.5, 64.8, 1.27, 1.16, 0.59),
    ("girl", 1716, 27.5, 109.7, 0.48, 2.85, 3.87),
    ("girl", 935, 17.4, 87.6, -1.02, 2.29, 4.22),
    ("boy", 0, 5.5, 55.9, 3.18, 3.77, 2.73),
    ("boy", 1061, 20.2, 97.3, 0.54, 2.92, 3.82),
    ("boy", 643, 8.7, 75.9, -3.24, -2.53, -0.67),
]
BORN = date(2026, 3, 12)


@pytest.mark.parametrize(("measure", "sex", "days", "values"), BY_DAY)
def test_z_is_that_of_whos_tables_by_day(
    measure: Measure, sex: str, days: int, values: tuple[float, ...]
) -> None:
    curve = standards(sex)[measure][0]
    for expected, size in zip(DEVIATIONS, values, strict=True):
        assert curve.z(days, size) == pytest.approx(expected, abs=0.005)
        assert curve.value(days, expected) == pytest.approx(size, abs=0.002)


@pytest.mark.parametrize(("measure", "sex", "months", "values"), BY_MONTH)
def test_z_is_that_of_whos_tables_by_month(
    measure: Measure, sex: str, months: int, values: tuple[float, ...]
) -> None:
    """A month is no whole number of days; half a day is worth less than 0.01 deviations."""
    curve = standards(sex)[measure][0]
    for expected, size in zip(DEVIATIONS, values, strict=True):
        assert curve.z(round(months * DAYS_PER_MONTH), size) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(("measure", "sex", "days", "expected", "size"), FAR)
def test_far_out_the_steps_are_equal(
    measure: Measure, sex: str, days: int, expected: int, size: float
) -> None:
    curve = standards(sex)[measure][0]
    assert curve.z(days, size) == pytest.approx(expected, abs=0.005)
    assert curve.value(days, expected) == pytest.approx(size, abs=0.002)


@pytest.mark.parametrize(("sex", "days", "kilos", "centimetres", "length", "weight", "bmi"), SURVEY)
def test_z_is_that_of_whos_own_programme(
    sex: str,
    days: int,
    kilos: float,
    centimetres: float,
    length: float,
    weight: float,
    bmi: float,
) -> None:
    curves = standards(sex)
    sizes = Sizes(round(kilos * 1000), round(centimetres * 10))
    for measure, expected in (
        (Measure.HEIGHT, length),
        (Measure.WEIGHT, weight),
        (Measure.BMI, bmi),
    ):
        size = value(measure, sizes, days)
        assert size is not None
        assert curves[measure][0].z(days, size) == pytest.approx(expected, abs=0.0051)


@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("sex", ["girl", "boy"])
def test_the_curves_have_no_gap_and_no_jump(measure: Measure, sex: str) -> None:
    """But where length becomes height, and where one of WHO's two studies follows the other."""
    curve = standards(sex)[measure][0]
    for z in (-3, 0, 3):
        line = [curve.value(day, z) for day in range(2922)]
        assert None not in line
        for day, (a, b) in enumerate(pairwise(line)):
            if day not in (730, 1856) and a is not None and b is not None:
                assert abs(b - a) < 0.02 * a, (day, z)
    assert curve.at(-1) is None
    assert curve.at(3000) is None
    assert curve.z(100, 0) is None


@pytest.mark.parametrize(
    ("age", "lying", "counted"),
    [
        (400, None, 72.0),
        (400, True, 72.0),
        (400, False, 72.7),  # stands before 24 months
        (273, False, 72.0),  # nobody stands before 9 months
        (730, False, 72.7),
        (731, None, 72.0),
        (731, False, 72.0),
        (731, True, 71.3),  # lies after 24 months
    ],
)
def test_height_is_counted_as_it_is_usually_measured(
    age: int, lying: bool | None, counted: float
) -> None:
    assert value(Measure.HEIGHT, Sizes(None, 720, lying), age) == pytest.approx(counted)


def test_preterm_children_count_from_their_due_date_until_24_months() -> None:
    child = Child(1, ChildState.BORN, None, BORN, "day", None, 32, BORN)
    assert age_on(child, BORN + timedelta(days=100)) == 44
    assert age_on(child, date(2028, 3, 11)) == 674
    assert age_on(child, date(2028, 3, 12)) == 731
    assert age_on(child, BORN + timedelta(days=10)) < 0
