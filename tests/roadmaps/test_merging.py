"""Two people at one thing: nobody's change is lost, and nobody is asked about what only one has changed."""

from hypothesis import given
from hypothesis import strategies as st

from roadmaps.plans.merging import Past, merge, values_at

NAMES = ("title", "number", "deadline", "planned")
value = st.sampled_from(["", "а", "б", "в"])
values = st.fixed_dictionaries(dict.fromkeys(NAMES, value))


@given(seen=values, stored=values, typed=values)
def test_each_field_is_of_who_changed_it_and_in_conflict_only_when_both_did_otherwise(seen, stored, typed):
    merged = merge(seen=seen, stored=stored, typed=typed)
    for name in NAMES:
        i_changed, they_changed = typed[name] != seen[name], stored[name] != seen[name]
        is_conflict = i_changed and they_changed and typed[name] != stored[name]
        assert (name in merged.conflicts) is is_conflict
        assert merged.values[name] == (typed[name] if i_changed and not they_changed else stored[name])
        assert (name in merged.theirs) is (they_changed and not i_changed)
        assert (name in merged.mine) is (i_changed and not they_changed)


@given(seen=values, stored=values, typed=values)
def test_what_is_typed_for_one_field_touches_no_other(seen, stored, typed):
    merged = merge(seen=seen, stored=stored, typed={"title": typed["title"]})
    assert set(merged.mine) <= {"title"}
    assert set(merged.conflicts) <= {"title"}
    assert {name: merged.values[name] for name in NAMES[1:]} == {name: stored[name] for name in NAMES[1:]}


@given(first=values, edits=st.lists(st.dictionaries(st.sampled_from(NAMES), value), max_size=6), data=st.data())
def test_any_version_is_known_from_what_was_replaced_since(first, edits, data):
    versions, changes = [first], []
    for number, edit in enumerate(edits, start=2):
        changes.append(Past(number, {name: versions[-1][name] for name in edit}))
        versions.append(versions[-1] | edit)
    wanted = data.draw(st.integers(1, len(versions)))
    assert values_at(wanted, versions[-1], data.draw(st.permutations(changes))) == versions[wanted - 1]
