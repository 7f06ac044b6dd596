"""What a model alone is held to have found."""

from __future__ import annotations

from tasks.annotate.training.encoder.measure import surest_words


def test_a_side_is_the_likeliest_stretch_with_the_neighbours_half_as_likely() -> None:
    assert surest_words({3: 0.2, 4: 0.8, 5: 0.5, 6: 0.1, 9: 0.7}) == [4, 5]
    assert surest_words({3: 0.0}) == []
    assert surest_words({}) == []
