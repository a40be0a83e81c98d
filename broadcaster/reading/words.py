"""Sets of plain words that several rules ask about."""

from __future__ import annotations


def phrases(text: str) -> frozenset[str]:
    """Phrases written one after another with commas between them."""
    return frozenset(" ".join(phrase.split()) for phrase in text.split(",") if phrase.strip())


COUNTED = phrases(
    """hồ sơ, ấp, xã, tỉnh, hộ, hộ dân, hộ gia đình, người, người dân, tiêu chí, chỉ tiêu, điểm, thôn, khóm,
    bản, xóm, buôn, sóc, trường, đơn vị, đại biểu, phiếu, cử tri, thành viên, đảng viên, hội viên, đoàn
    viên, chi bộ, chi hội, chi đoàn, học sinh, em, cháu, trẻ, lớp, cụm, con, ca, vụ, công trình, dự án,
    câu, nội dung, thủ tục, tổ, khu phố, phường, huyện, thị trấn, cơ sở, doanh nghiệp, bộ, ngành, sản phẩm,
    quận, thành phố, đồng chí, cán bộ, công chức, giáo viên, đảng bộ, thí sinh, đội, giải, huy chương,
    trang trại, hợp tác xã, trạm, nhà, căn, cuộc, buổi, lượt, nhiệm vụ, kiến nghị, đơn, văn bản, nghị
    quyết, mục tiêu, thửa, tuyến, cây cầu, thanh niên, nhân khẩu, khẩu, suất, lao động, phụ nữ, bệnh nhân,
    trường hợp, ý kiến, địa phương, khu dân cư, cơ quan, hội đồng, xe, máy, loa, cụm loa, gia đình, chỉ số,
    tổ dân phố, tổ chức, ban, phòng, bàn, ghế, bài, môn, tiết, xã phường, nữ, nam, chùa, lần, mẫu"""
)
PART_OF = phrases(
    """số, diện tích, tổng, tổng số, dân số, dân, số hộ, thành viên, quân số, chiều, chiều dài, thời gian,
    chặng, quãng đường, quãng, khối lượng, lượng, phần, đời, thế giới, nhiệm kỳ, mức, lương, tiền lương,
    giá, giá trị, viên, lít, muỗng, thìa, chén, ly, cốc, giờ, tiếng, công, khẩu phần, cả nước, các, trái
    đất, kinh phí, chi phí, thu nhập, cân nặng, thể tích, cơ thể, quân, ngân sách, lượt, số tiền, vốn, cổ
    phần, bình, xô, lu, kg, năm học, học kỳ, thùng, bát, quả, trái, củ, ngày công, đất, nước, sân, vườn,
    ao, tổng thể"""
)
AMOUNT_LEADS = phrases(
    """hơn, gần, ít nhất, tối thiểu, khoảng, quá, chiếm, được, đủ, chỉ, bằng, giảm, tăng, có, đạt, với, tối
    đa, cần, mất, thiếu, hết, trên, dưới, ước, uống, lấy, cho, dùng, pha, còn, đã, thêm, mới"""
)
DATE_LEADS = phrases(
    """ngày, các ngày, từ, đến, tới, trước, sau, hết, vào, sáng, chiều, tối, đêm, trưa, hôm, lễ, dịp, mừng, kỷ
    niệm, chào mừng, quốc khánh, giải phóng, giải phóng miền nam, tết, quốc tế lao động, quốc tế phụ nữ,
    phụ nữ việt nam, nhà giáo việt nam, quốc tế thiếu nhi, thương binh liệt sĩ, ngày lễ, nghỉ lễ, hạn, hạn
    chót, hạn cuối, tối hậu, kể từ, tính đến, cuối ngày, đầu ngày, rạng sáng, khai giảng, khai mạc, bế mạc,
    thống nhất đất nước, phát ngày, hai, thứ hai, thứ ba, thứ tư, thứ năm, thứ sáu, thứ bảy, chủ nhật, cn,
    hôm nay, ngày mai, hôm qua, qua, sang, thầy thuốc việt nam, báo chí, gia đình việt nam, thành lập đoàn,
    cách mạng, lễ hội, âm lịch, mùng, mồng, giỗ tổ, trong ngày, đúng ngày, bầu cử, truyền thống, toàn quốc,
    môi trường thế giới, tháng tám, cách mạng tháng tám, khởi nghĩa, chiến thắng, nam bộ kháng chiến, thế
    giới, tổ chức"""
)
NAMED_BY_DATE = phrases(
    """đường, phố, đại lộ, ngã tư, ngã ba, vòng xoay, công viên, quảng trường, cầu, chợ, bệnh viện, trường,
    hợp tác xã, htx, nông trường, xí nghiệp, công ty, nhà máy, tượng đài, sân vận động, khu phố, phường,
    ấp, liên ấp, tổ, tuyến đường, đường liên ấp, đường liên xã, đường liên thôn, khu tập thể, nhà văn hóa,
    hầm, bến, bến xe, rạch, kênh, đội, tập đoàn, lâm trường, trại, cung thiếu nhi, nhà thiếu nhi, đoạn
    đường, mặt tiền đường, trục đường"""
)
ADDRESS_LEADS = phrases(
    """số, số nhà, nhà số, nhà, hẻm, ngõ, kiệt, ngách, trụ, trụ số, cột, cột số, trụ điện, cột điện, lô, thửa,
    thửa số, thửa đất, thửa đất số, căn hộ, phòng, địa chỉ, địa chỉ số, tại số, sn, căn, kios, ki ốt, kiot,
    mốc, cọc, từ trụ, đến trụ, trụ sở số, tờ bản đồ, tờ bản đồ số, hẻm số, ngõ số"""
)
CALLS = phrases(
    """gọi, gọi số, tổng đài, đường dây nóng, hotline, cấp cứu, số điện thoại, điện thoại, điện thoại bàn, máy
    bàn, sđt, đt, liên hệ, bấm, quay số, số máy, báo cháy, nhắn tin, đầu số, số nóng, số khẩn cấp, số tổng
    đài, tel, fax, di động, zalo, phản ánh, báo tin, trình báo, tố giác, liên lạc, alo, nhấc máy, cứu hỏa,
    cứu nạn"""
)
IDENTIFIERS = phrases(
    """mã, mã số, mã số thuế, mst, tài khoản, số tài khoản, stk, cccd, cmnd, căn cước, số căn cước, số thẻ, số
    cccd, số cmnd, mã khách hàng, mã hồ sơ, mã định danh, số định danh, mã bưu chính, biển số, biển kiểm
    soát, số seri, seri, mã số bhxh, số sổ, mã thẻ, mã số hồ sơ, số imei, mã đơn vị, mã vạch, otp, mật
    khẩu, số hiệu, mã pin, số chứng minh, bks, mã giao dịch, số sim, mã số hộ, mã trạm, ví dụ"""
)

HOLIDAYS = phrases(
    """1/1, 3/2, 27/2, 8/3, 26/3, 10/3, 30/4, 1/5, 7/5, 15/5, 19/5, 1/6, 5/6, 21/6, 28/6, 27/7, 19/8, 2/9,
    10/10, 20/10, 18/11, 20/11, 22/12"""
)
"""Days of the year that are named by their date."""
