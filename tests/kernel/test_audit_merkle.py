"""The tree is RFC 6962's: known answers, the definition itself at every boundary, and no proof of what is not so."""

import itertools

import pytest
from hypothesis import given, settings, strategies as st

from biroumum.audit import merkle
from tests.kernel.naive import Naive

# The leaves, roots and proofs that implementations of Certificate Transparency have shared from its beginning.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
FIRST = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
SECOND = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
FIFTH = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
LAST = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
UPPER = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
PATHS = {
    (0, 1): [],
    (0, 8): [FIRST, SECOND, UPPER],
    (5, 8): [FIFTH, LAST, ROOTS[4]],
    (2, 3): [ROOTS[2]],
    (1, 5): [ROOTS[1], SECOND, FIFTH],
}
PROOFS = {
    (1, 1): [],
    (1, 8): [FIRST, SECOND, UPPER],
    (6, 8): ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", LAST, ROOTS[4]],
    (2, 5): [SECOND, FIFTH],
}
SIZES = [0, 1, 2, 255, 256, 257, 511, 65_535, 65_536, 65_537]


@pytest.fixture(scope="module")
def classic() -> Naive:
    return Naive([merkle.leaf_hash(data) for data in LEAVES])


@pytest.fixture(scope="module")
def large() -> Naive:
    return Naive([merkle.leaf_hash(b"%d" % number) for number in range(SIZES[-1])])


def in_hex(hashes: list[bytes]) -> list[str]:
    return [found.hex() for found in hashes]


def test_roots_and_proofs_are_those_of_certificate_transparency(classic):
    assert in_hex([merkle.root(classic.read, size) for size in range(9)]) == ROOTS
    assert {at: in_hex(merkle.inclusion(classic.read, *at)) for at in PATHS} == PATHS
    assert {at: in_hex(merkle.consistency(classic.read, *at)) for at in PROOFS} == PROOFS
    assert merkle.EMPTY.hex() == ROOTS[0]


@pytest.mark.parametrize("size", SIZES)
def test_root_and_paths_follow_the_definition_at_each_boundary(large, size):
    root = merkle.root(large.read, size)
    assert root == large.mth(0, size)
    for index in {0, 1, size // 3, size // 2, 255, 256, size - 2, size - 1} & set(range(size)):
        path = merkle.inclusion(large.read, index, size)
        assert path == large.path(index, 0, size)
        assert merkle.verify_inclusion(large.hashes[index], index, size, path, root)


@pytest.mark.parametrize(("old", "new"), list(itertools.combinations_with_replacement(SIZES, 2)))
def test_consistency_follows_the_definition_between_all_boundaries(large, old, new):
    path = merkle.consistency(large.read, old, new)
    assert path == large.proof(old, new)
    roots = large.mth(0, old), large.mth(0, new)
    assert merkle.verify_consistency(old, new, *roots, path)
    if 0 < old < new:
        assert not merkle.verify_consistency(old, new, roots[0], roots[0], path)
        assert not merkle.verify_consistency(old, new, roots[1], roots[1], path)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_any_size_any_leaf_and_nothing_else(data):
    new = data.draw(st.integers(1, 700))
    old, index = data.draw(st.integers(0, new)), data.draw(st.integers(0, new - 1))
    tree = Naive([merkle.leaf_hash(b"%d" % number) for number in range(new)])
    root, leaf = merkle.root(tree.read, new), tree.hashes[index]
    path, proof = merkle.inclusion(tree.read, index, new), merkle.consistency(tree.read, old, new)
    assert (root, path, proof) == (tree.mth(0, new), tree.path(index, 0, new), tree.proof(old, new))
    assert merkle.verify_inclusion(leaf, index, new, path, root)
    assert merkle.verify_consistency(old, new, tree.mth(0, old), root, proof)
    for harmed in harm(path):
        assert not merkle.verify_inclusion(leaf, index, new, harmed, root)
    for harmed in harm(proof):
        assert not merkle.verify_consistency(old, new, tree.mth(0, old), root, harmed)
    other = data.draw(st.integers(0, 1000).filter(lambda number: number != index))
    assert not merkle.verify_inclusion(leaf, other, new, path, root)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"other"), index, new, path, root)


def harm(path: list[bytes]) -> list[list[bytes]]:
    """One hash more, one less, one changed, two exchanged."""
    other = bytes(32)
    harmed = [[*path, other], [other, *path]]
    for at in range(len(path)):
        harmed += [
            path[:at] + path[at + 1 :],
            [*path[:at], other, *path[at + 1 :]],
            [*path[:at], path[at], *path[at:]],
        ]
        if at:
            harmed.append([*path[: at - 1], path[at], path[at - 1], *path[at + 1 :]])
    return harmed


def test_a_leaf_is_no_node_and_a_single_one_is_not_doubled(classic):
    """The first byte keeps them apart; three leaves are not the four that end with the third twice."""
    left, right = classic.hashes[:2]
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)
    doubled = Naive([*classic.hashes[:3], classic.hashes[2]])
    assert merkle.root(classic.read, 3) != doubled.mth(0, 4)


def test_a_path_of_another_length_leads_to_no_root_though_its_hashes_do(classic):
    a, b, c, d = classic.hashes[:4]
    ab, cd = merkle.node_hash(a, b), merkle.node_hash(c, d)
    assert not merkle.verify_inclusion(ab, 0, 4, [cd], merkle.node_hash(ab, cd))  # an inner node is no leaf
    assert not merkle.verify_inclusion(a, 0, 1, [b], merkle.node_hash(b, a))
    assert not merkle.verify_consistency(1, 4, a, ab, [b])
    path = merkle.consistency(classic.read, 3, 4)
    old, new = (merkle.node_hash(d, classic.mth(0, size)) for size in (3, 4))
    assert not merkle.verify_consistency(3, 4, old, new, [*path, d])


def test_what_does_not_exist_has_no_proof(classic):
    for index, size in ((0, 0), (8, 8), (-1, 8)):
        with pytest.raises(ValueError, match="no leaf"):
            merkle.inclusion(classic.read, index, size)
        assert not merkle.verify_inclusion(classic.hashes[0], index, size, [], classic.hashes[0])
    for old, new in ((3, 2), (-1, 2)):
        with pytest.raises(ValueError, match="does not begin"):
            merkle.consistency(classic.read, old, new)
        assert not merkle.verify_consistency(old, new, classic.mth(0, 2), classic.mth(0, 2), [])


def test_nothing_is_the_beginning_of_everything_and_only_itself_of_itself(classic):
    one, two = classic.mth(0, 1), classic.mth(0, 2)
    assert merkle.verify_consistency(0, 2, merkle.EMPTY, two, [])
    assert not merkle.verify_consistency(0, 2, one, two, [])
    assert not merkle.verify_consistency(0, 0, merkle.EMPTY, one, [])
    assert not merkle.verify_consistency(2, 2, one, two, [])
    assert not merkle.verify_consistency(1, 2, one, two, [])
