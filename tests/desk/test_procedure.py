"""The notice of a procedure, as it is written and as it is heard."""

from __future__ import annotations

import pytest

from broadcaster.desk.procedure import procedure_notice
from broadcaster.errors import DeskError
from broadcaster.reading import Lexicon, read

WHERE, WHEN = "bộ phận một cửa, UBND xã", "7:30-11:30, 13:30-17:00, thứ 2 đến thứ 6"


def test_it_is_understood_by_ear() -> None:
    web = "https://dichvucong.tanhung.gov.vn/khai-sinh/"

    notice = procedure_notice("đăng ký khai sinh", WHERE, WHEN, web)
    heard = read(notice.text, Lexicon.load())

    assert not heard.unread
    assert not heard.doubtful
    assert notice.title == "Thủ tục đăng ký khai sinh"
    page = "dịch vụ công chấm tân hưng chấm gốp chấm vê nờ gạch chéo khai gạch ngang sinh"
    assert heard.spoken.count(page) == 2
    assert "bảy giờ ba mươi" in heard.spoken
    assert "Ủy ban nhân dân xã" in heard.spoken


def test_without_a_page_none_is_told() -> None:
    assert "địa chỉ" not in procedure_notice("khai tử", WHERE, WHEN).text


@pytest.mark.parametrize(
    ("title", "address", "web", "why"),
    [
        ("", WHERE, "", "says what, where and when"),
        ("khai tử", "x" * 201, "", "says what, where and when"),
        ("khai tử", WHERE, "dichvucong.gov.vn/tim?ma=1&b=2", "type this web address by ear"),
        ("khai tử", WHERE, "a" * 60 + ".vn", "type this web address by ear"),
        ("khai tử", WHERE, "trang của xã", "type this web address by ear"),
    ],
)
def test_what_could_not_be_found_by_it_is_refused(title: str, address: str, web: str, why: str) -> None:
    with pytest.raises(DeskError, match=why):
        procedure_notice(title, address, WHEN, web)
