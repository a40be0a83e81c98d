"""What of a written page is read aloud: layouts of Decree 30 and of commune radio scripts."""

import pytest

from broadcaster.documents import Document, Kind, parse
from broadcaster.errors import DocumentError

NOTICE = """\
ỦY BAN NHÂN DÂN          CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM
    XÃ TÂN HƯNG                  Độc lập – Tự do – Hạnh phúc
                                 ---------------
Số:      /TB-UBND                Tân Hưng, ngày      tháng 10 năm 2026

THÔNG BÁO
Về việc nạo vét kênh Số 2

Để kịp xuống giống vụ Đông Xuân, xã tổ chức nạo vét kênh Số 2 như sau:
I. THỜI GIAN
- Từ ngày 12/10 đến 20/10/2026.
Đề nghị bà con dời ghe xuồng trước ngày 11/10./.

Nơi nhận:                        TM. ỦY BAN NHÂN DÂN
- Các ấp;                             KT. CHỦ TỊCH
- Lưu: VT.                            (Đã ký)
                                      Võ Thành Nhân
"""


def spoken(document: Document) -> list[str]:
    return [p.text for p in document.passages if p.kind is not Kind.CUE]


def reasons(document: Document) -> dict[str, str]:
    return {out.text: out.reason for out in document.left_out}


def test_a_decree_30_notice_keeps_its_words_and_loses_its_frame() -> None:
    document = parse(NOTICE, "notice.txt")
    assert spoken(document) == [
        "THÔNG BÁO",
        "Về việc nạo vét kênh Số 2",
        "Để kịp xuống giống vụ Đông Xuân, xã tổ chức nạo vét kênh Số 2 như sau:",
        "I. THỜI GIAN",
        "- Từ ngày 12/10 đến 20/10/2026.",
        "Đề nghị bà con dời ghe xuồng trước ngày 11/10.",
    ]
    assert document.title == "THÔNG BÁO – Về việc nạo vét kênh Số 2"
    assert document.text == "\n".join(spoken(document))


def test_each_thing_left_out_has_its_reason_and_its_line() -> None:
    document = parse(NOTICE, "notice.txt")
    found = {(out.reason, out.line) for out in document.left_out}
    assert {("header", 1), ("header", 2), ("number", 4), ("header", 4), ("end mark", 12)} <= found
    assert {("recipients", 14), ("signature", 14)} <= found
    assert reasons(document)["Số: /TB-UBND"] == "number"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Phát lúc 5h15, phát lại lúc 16h45", "metadata"),
        ("Giờ phát: 5h15", "metadata"),
        ("Phạm vi: ấp 2, ấp 5", "metadata"),
        ("Thời lượng dự kiến: 4 phút", "metadata"),
        ("- Thời lượng (cả nhạc): 4 phút", "metadata"),
        ("Người duyệt: ông Phan Hữu Lộc", "metadata"),
        ("Chuyên mục: Nhà nông", "metadata"),
        ("Mức độ: ưu tiên", "metadata"),
        ("Thời điểm phát: 5h00 và 17h00", "metadata"),
        ("Cụm loa phát: 1, 2, 5", "metadata"),
        ("---oOo---", "ornament"),
        ("Biên tập viên: Thu Hà", "metadata"),
        ("PTV nam: Minh Đức; PTV nữ: Thu Hà", "metadata"),
        ("(Phát 02 lần/ngày, từ ngày 3/4 đến 9/4/2027)", "metadata"),
        ("Số: 15/CT-ĐTT", "number"),
        ("Số 45-TB/ĐU", "number"),
        ("Tân Hưng, ngày 4 tháng 3 năm 2027", "header"),
        ("Tân Hưng, 04/3/2027", "header"),
        ("DỰ THẢO LẦN 2", "header"),
    ],
)
def test_data_of_the_programme_at_the_head_is_left_out(line: str, reason: str) -> None:
    document = parse(f"BÀI PHÁT THANH\n{line}\n\nThưa bà con, nước đã rút.\n", "x.txt")
    assert spoken(document) == ["BÀI PHÁT THANH", "Thưa bà con, nước đã rút."]
    assert reasons(document) == {line: reason}


@pytest.mark.parametrize(
    "line",
    [
        "Thời gian: 19 giờ ngày 20/12/2026",
        "Địa điểm: nhà văn hóa ấp 3",
        "Thành phần: mỗi hộ một người",
        "Kính gửi: Quý khách hàng dùng điện.",
        "V/v lịch cắt điện tuần 12",
        "Phạt từ 500.000 đồng nếu vứt rác",
        "Phát động phong trào trồng cây",
        "Thực hiện Kế hoạch số 12/KH-UBND: xã đã làm xong đường.",
        "Số liệu: 45 hộ bị ngập",
        "PTV: Kính chào bà con.",
        "Nguồn nước: đã sạch trở lại.",
        "Trưởng ấp 3 cho biết sáng nay có cháy.",
        "HỘI NGHỊ TOÀN DÂN ẤP 3",
        "Độc lập, tự do là quý nhất.",
    ],
)
def test_what_might_be_content_at_the_head_is_read(line: str) -> None:
    document = parse(f"THÔNG BÁO\n{line}\nMời bà con chú ý lắng nghe.\n", "x.txt")
    assert spoken(document)[1] in (line, line.removeprefix("PTV: "))


def test_labels_after_the_first_sentence_are_content() -> None:
    text = "Xã thông báo cắt điện như sau:\nPhạm vi: ấp 1.\nThời lượng: 3 giờ.\n"
    assert spoken(parse(text, "x.txt")) == text.splitlines()


def test_the_office_at_the_top_is_read_unless_it_is_a_letterhead() -> None:
    body = "\nTHÔNG BÁO\nThưa bà con, mai tiêm phòng.\n"
    alone = parse("TRẠM Y TẾ XÃ TÂN HƯNG" + body, "x.txt")
    letterhead = parse("TRẠM Y TẾ XÃ TÂN HƯNG\nSố: 3/TB-TYT" + body, "x.txt")
    assert spoken(alone)[0] == "TRẠM Y TẾ XÃ TÂN HƯNG"
    assert alone.title == "THÔNG BÁO"
    assert spoken(letterhead)[0] == "THÔNG BÁO"


@pytest.mark.parametrize(
    "foot",
    [
        "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n(Đã ký)\nVõ Thành Nhân",
        "T/M ĐẢNG ỦY\nPHÓ BÍ THƯ\n\nĐặng Thị Hồng Nhung",
        "TL. CHỦ TỊCH\nCÔNG CHỨC VĂN HÓA - XÃ HỘI\n(Đã ký)",
        "TRƯỞNG TRẠM\n(Ký, ghi rõ họ tên)\nBS. Trần Quốc Việt",
        "CÔNG AN XÃ TÂN HƯNG\nTRƯỞNG CÔNG AN XÃ\nTrung tá Lê Văn Sáu",
        "TRƯỞNG ẤP\nNguyễn Văn Tám",
        "PHÓ CHỦ TỊCH",
        "Trưởng ấp\n(Đã ký)\nLê Văn Bảy",
        "Tân Hưng, ngày 4 tháng 3 năm 2027\nTRƯỞNG ẤP\n(Đã ký)",
        "Người viết: Lan Anh\nBiên tập: Đài Truyền thanh xã",
        "DUYỆT CỦA UBND XÃ\tNGƯỜI VIẾT BÀI\nPHÓ CHỦ TỊCH\t(Đã ký)\n(Đã ký)\tLê Thị Hoa\nVõ Thành Nhân",
        "KT. HIỆU TRƯỞNG\nPHÓ HIỆU TRƯỞNG\nNguyễn Thị Thu\n\n- Lưu VT",
        "Nơi nhận: Như trên; Lưu: VT.\tTRƯỞNG CÔNG AN XÃ\n\t(Đã ký, đóng dấu)\n\tThượng tá Phạm Minh Trí",
        "Nơi nhận:\n- Như trên;\n- Các PCT UBND xã;\n- Lưu: VT.",
        "Nơi nhận:\n- TT Đảng ủy;\n\nCHỦ TỊCH\nPhan Hữu Lộc",
    ],
)
def test_recipients_and_signatures_are_not_read(foot: str) -> None:
    document = parse(f"Thưa bà con, mai cúp nước.\nTrân trọng./.\n\n{foot}\n", "x.txt")
    assert spoken(document) == ["Thưa bà con, mai cúp nước.", "Trân trọng."]


@pytest.mark.parametrize(
    "sentence",
    [
        "CHỦ TỊCH UBND XÃ YÊU CẦU CÁC ẤP TRỰC ĐÊM.",
        "XIN NHẮC LẠI: KHÔNG ĐỐT RÁC, KHÔNG ĐỐT ĐỒNG!",
        "Chủ tịch xã mong bà con thông cảm.",
        "Trưởng ấp sẽ đến từng nhà",
        "Kính chúc bà con mạnh khỏe",
        "Đã ký kết hợp đồng với công ty cấp nước.",
        "Cán bộ gần dân, vì dân",
        "CÁN BỘ TẬN TÂM PHỤC VỤ NHÂN DÂN",
        "Trưởng ấp đến từng nhà",
        "Nơi nhận hồ sơ: Trung tâm Phục vụ hành chính công xã",
        "Đài truyền thanh xã: 0276.000.1122",
        "UBND XÃ TÂN HƯNG",
    ],
)
def test_a_last_line_that_speaks_is_read(sentence: str) -> None:
    document = parse(f"Thưa bà con, mai cúp nước.\n{sentence}\n", "x.txt")
    assert spoken(document)[-1] == sentence


def test_words_after_a_signature_block_are_read_again() -> None:
    text = (
        "Thưa bà con, mai cúp nước.\n\nNơi nhận:\n- Các ấp;\n\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n"
        "Phan Hữu Lộc\n\nPHỤ LỤC\nDanh sách 12 hộ ở ấp 3 được hỗ trợ bồn chứa nước trong dịp này gồm có:\n"
    )
    assert spoken(parse(text, "x.txt"))[1:] == [
        "PHỤ LỤC",
        "Danh sách 12 hộ ở ấp 3 được hỗ trợ bồn chứa nước trong dịp này gồm có:",
    ]


@pytest.mark.parametrize(
    ("line", "cue"),
    [
        ("[NHẠC HIỆU 15 giây]", "nhạc hiệu"),
        ("[NHẠC CẮT]", "nhạc cắt"),
        ("(Nhạc nền nhỏ dần)", "nhạc nền nhỏ dần"),
        ("NHẠC HIỆU (10 giây)", "nhạc hiệu"),
        ("--- NHẠC CẮT ---", "nhạc cắt"),
        ("Nhạc kết.", "nhạc kết"),
        ("[Tiếng trống trường]", "tiếng trống trường"),
        ("(dừng 2 giây)", "dừng 2 giây"),
    ],
)
def test_a_cue_becomes_a_mark(line: str, cue: str) -> None:
    document = parse(f"Thưa bà con.\n{line}\nXin hết.\n", "x.txt")
    assert [(p.kind, p.cue) for p in document.passages][1] == (Kind.CUE, cue)
    assert reasons(document) == {line: "cue"}
    assert document.text == "Thưa bà con.\nXin hết."


def test_a_sound_inside_a_line_parts_it_and_a_direction_leaves_it_whole() -> None:
    document = parse("Mời nghe tin. [nhạc cắt] Tin một (đọc chậm) rất ngắn (nhạc sĩ Tư viết).", "x.txt")
    assert [(p.text, p.cue) for p in document.passages] == [
        ("Mời nghe tin.", ""),
        ("", "nhạc cắt"),
        ("Tin một rất ngắn (nhạc sĩ Tư viết).", ""),
    ]
    assert reasons(document) == {"[nhạc cắt]": "cue", "(đọc chậm)": "cue"}


def test_two_voices_take_turns() -> None:
    text = (
        "(MC nữ) Chào bà con.\n(MC nam) Chào bà con.\nTin thứ nhất.\nPTV 1: Tin hai.\n[PTV nữ] Tin ba.\n"
        "Giọng nam: Tin tư.\nMC Thu Hà: Tin năm.\nBTV:\nTin sáu.\n"
        "(MC nữ) Hỏi ông A (nam), 35 tuổi? (MC nam) Đúng.\n[Lời nữ]\nTin bảy, [PTV đọc chậm] hết tin.\n"
    )
    document = parse(text, "x.txt")
    assert [(p.speaker, p.text) for p in document.passages] == [
        ("nữ", "Chào bà con."),
        ("nam", "Chào bà con."),
        ("nam", "Tin thứ nhất."),
        ("1", "Tin hai."),
        ("nữ", "Tin ba."),
        ("nam", "Tin tư."),
        ("thu hà", "Tin năm."),
        ("btv", "Tin sáu."),
        ("nữ", "Hỏi ông A (nam), 35 tuổi?"),
        ("nam", "Đúng."),
        ("nữ", "Tin bảy, hết tin."),
    ]
    assert [out.text for out in document.left_out if out.reason != "speaker"] == ["[PTV đọc chậm]"]


def test_nam_and_nu_are_voices_only_in_a_dialogue() -> None:
    dialogue = parse("Nam: Kính chào bà con!\nNữ: Chào anh Nam, chào bà con.\n", "x.txt")
    figures = parse("Số người đăng ký:\nNam: 35 người;\nNữ: 40 người;\n", "x.txt")
    assert [p.speaker for p in dialogue.passages] == ["nam", "nữ"]
    assert spoken(figures)[1:] == ["Nam: 35 người;", "Nữ: 40 người;"]


@pytest.mark.parametrize(
    "note",
    [
        "Ghi chú: bài dài 4'30\".",
        "(Ghi chú cho người đọc: đọc chậm.)",
        "P/S cho người đọc: nhắc lại mục 2.",
        "P.S: nhấn mạnh số điện thoại.",
        "Lưu ý cho PTV: đọc rõ.",
        "Chú ý khi đọc: ngắt ở dấu phẩy.",
        "Yêu cầu kỹ thuật: mở nhạc nhỏ.",
        "* Ghi chú: không phát giờ trưa.",
        "(Lưu ý: PTV đọc chậm số điện thoại)",
        "Ghi chú:\n- đọc chậm;\n- không phát sau 21h.",
    ],
)
def test_notes_to_the_reader_are_not_read(note: str) -> None:
    document = parse(f"Thưa bà con, mai cúp nước.\n\n{note}\n\nXin hết.\n", "x.txt")
    assert spoken(document) == ["Thưa bà con, mai cúp nước.", "Xin hết."]


def test_a_warning_to_the_public_is_no_note() -> None:
    text = "Lưu ý: nước sẽ đục trong hai giờ.\nYêu cầu bà con trữ nước.\nChú ý: không tắm sông."
    assert spoken(parse(text, "x.txt")) == text.splitlines()


@pytest.mark.parametrize(
    "mark", ["Trang 2", "- 2 -", "Trang 2/5", "3 | Page", "2", "-----", "* * *", "HẾT", "./."]
)
def test_page_numbers_and_ornaments_are_not_read(mark: str) -> None:
    document = parse(f"Thưa bà con, mai cúp nước.\n\n{mark}\n\nXin cảm ơn.\n", "x.txt")
    assert spoken(document) == ["Thưa bà con, mai cúp nước.", "Xin cảm ơn."]
    assert len(document.left_out) == 1


@pytest.mark.parametrize("end", ["./.", " ./.", "/.", ". / .", "./"])
def test_the_end_mark_becomes_a_full_stop(end: str) -> None:
    assert spoken(parse(f"Xin cảm ơn{end}", "x.txt")) == ["Xin cảm ơn."]


def test_slashes_in_a_sentence_stay() -> None:
    assert spoken(parse("Giá 5.000 đồng/kg, gọi 24/24h.", "x.txt")) == ["Giá 5.000 đồng/kg, gọi 24/24h."]


def test_paragraphs_wrapped_at_the_margin_are_joined() -> None:
    text = (
        "Đài truyền thanh xã Tân Hưng thông báo đến toàn\n"
        "thể bà con về việc tiêm phòng dại cho chó, mèo ở\n"
        "Tân Hưng trong tháng 12 năm 2026 như sau:\n"
        "- Ấp 2 ngày 6/12, buổi sáng tại nhà ông Tư, chiều tại\n"
        "nhà văn hóa ấp.\n"
        "- Ấp 3 ngày 7/12.\n"
    )
    assert spoken(parse(text, "x.txt")) == [
        "Đài truyền thanh xã Tân Hưng thông báo đến toàn thể bà con về việc tiêm phòng dại cho chó, mèo ở "
        "Tân Hưng trong tháng 12 năm 2026 như sau:",
        "- Ấp 2 ngày 6/12, buổi sáng tại nhà ông Tư, chiều tại nhà văn hóa ấp.",
        "- Ấp 3 ngày 7/12.",
    ]


def test_one_slogan_a_line_stays_one_a_line() -> None:
    text = "Toàn dân chung tay giữ kênh sạch đường xanh\nMỗi nhà một nhát cuốc cho con mương thông\n"
    assert spoken(parse(text, "x.txt")) == text.splitlines()


def test_columns_typed_with_spaces_get_a_pause() -> None:
    text = "Lịch trực như sau:\nẤp 1\t7h30\tông Tư\nẤp 2     8h00     bà Năm\nXin  hết."
    assert spoken(parse(text, "x.txt"))[1:] == ["Ấp 1; 7h30; ông Tư", "Ấp 2; 8h00; bà Năm", "Xin hết."]


def test_kinds_of_passages() -> None:
    text = (
        "THÔNG BÁO\n1. Thời gian\n2. Mời bà con đến đúng giờ, đúng chỗ.\n- ấp 1\n+ tổ 2\na) tổ 3\nXin mời.\n"
    )
    kinds = [p.kind for p in parse(text, "x.txt").passages]
    expected = [
        Kind.HEADING,
        Kind.HEADING,
        Kind.PARAGRAPH,
        Kind.BULLET,
        Kind.BULLET,
        Kind.BULLET,
        Kind.PARAGRAPH,
    ]
    assert kinds == expected


def test_the_title_is_shortened_and_never_empty() -> None:
    assert parse("abc. " * 200, "x.txt").title.endswith("…")
    assert len(parse("abc. " * 200, "x.txt").title) <= 120
    assert parse("Thưa bà con.", "x.txt").title == "Thưa bà con."


def test_nothing_to_read_is_an_error() -> None:
    for text in ("", "  \n\t\n", "[NHẠC]", "---\nkind: spot\n---\n", "./."):
        with pytest.raises(DocumentError, match=r"nothing to read.*x\.txt"):
            parse(text, "x.txt")
