from broadcaster.documents import parse


def test_keys_are_taken_and_listed_as_left_out() -> None:
    text = (
        '---\n# ghi nhớ\nKind: spot\ntitle: "Một cửa: nhanh"\nexpires: 2027-01-31\n'
        "lexicon:\n  KN = kênh nội đồng\n  HTX\n---\nMời bà con."
    )
    document = parse(text, "x.txt")
    assert document.front_matter == {
        "kind": "spot",
        "title": "Một cửa: nhanh",
        "expires": "2027-01-31",
        "lexicon": "KN = kênh nội đồng\nHTX",
    }
    assert document.title == "Một cửa: nhanh"
    assert document.text == "Mời bà con."
    assert {out.reason for out in document.left_out} == {"front matter"}


def test_vietnamese_names_of_keys() -> None:
    keys = parse("---\nLoại: spot\nHết hạn: 2027-01-31\nTác giả: Lan\n---\nMời bà con.", "x.md").front_matter
    assert keys == {"kind": "spot", "expires": "2027-01-31", "author": "Lan"}


def test_what_is_no_front_matter_is_read() -> None:
    for text in (
        "---\nThưa bà con\n---\nXin hết.",
        "---\nkind: spot\nMời bà con.",
        "Mời.\n---\nkind: x\n---",
    ):
        document = parse(text, "x.txt")
        assert document.front_matter == {}
        words = [line for line in text.splitlines() if line != "---"]
        assert document.text.splitlines() == words
