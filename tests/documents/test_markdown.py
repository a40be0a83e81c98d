from broadcaster.documents import Kind, parse

TEXT = """\
# THÔNG BÁO

## Lịch cắt nước

**Thời lượng:** 2 phút

[NHẠC CẮT]

Từ **7h00** đến *9h00*, xem [trang của xã](https://tanhung.example.vn "trang") ![bản đồ](so-do.png).

| Ngày | Giờ |
|:--|--:|
| 17/12 | 8h00 |

* ấp 1
+ ấp 2
1. ấp 3

> Mong bà con thông cảm\\*.

<!-- đã duyệt -->
```
mã QR
```
"""


def test_marks_go_and_words_stay() -> None:
    document = parse(TEXT, "x.md")
    assert [p.text for p in document.passages if p.kind is not Kind.CUE] == [
        "THÔNG BÁO",
        "Lịch cắt nước",
        "Từ 7h00 đến 9h00, xem trang của xã bản đồ.",
        "Ngày; Giờ",
        "17/12; 8h00",
        "- ấp 1",
        "+ ấp 2",
        "1. ấp 3",
        "Mong bà con thông cảm*.",
        "mã QR",
    ]
    assert [p.kind for p in document.passages][:3] == [Kind.HEADING, Kind.HEADING, Kind.CUE]
    assert ("Thời lượng: 2 phút", "metadata") in {(out.text, out.reason) for out in document.left_out}


def test_underscores_and_stars_inside_words_stay() -> None:
    assert parse("Tệp ke_hoach_nam và 3*4*5.", "x.md").text == "Tệp ke_hoach_nam và 3*4*5."


def test_marks_in_a_plain_text_stay() -> None:
    assert parse("# Thưa **bà con**.", "x.txt").text == "# Thưa **bà con**."


def test_front_matter_of_markdown() -> None:
    document = parse("---\nkind: notice\ntopics: nước_sạch\n---\n\nMời **bà con**.", "x.MD")
    assert (document.front_matter["topics"], document.text) == ("nước_sạch", "Mời bà con.")
