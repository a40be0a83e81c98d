"""The six slogans of the commune's plan, and three of the example station."""

PLAN = (
    "Đẩy mạnh cải cách hành chính, nâng cao hiệu lực, hiệu quả quản lý của bộ máy nhà nước.",
    "Đẩy mạnh cải cách hành chính nhằm xây dựng chính quyền liêm chính, kiến tạo, phục vụ và hành động…",
    "Cải cách thủ tục hành chính góp phần tích cực phòng, chống quan liêu, tham nhũng, lãng phí.",
    "Cải cách hành chính đáp ứng yêu cầu xây dựng đội ngũ cán bộ, công chức có phẩm chất chính trị, trình độ"
    " chuyên môn nghiệp vụ, tinh thần trách nhiệm và tận tụy phục vụ nhân dân.",
    "Xây dựng đội ngũ cán bộ, công chức, viên chức đủ phẩm chất, năng lực và trình độ, đáp ứng yêu cầu phục"
    " vụ nhân dân và sự phát triển của đất nước.",
    "Cải cách thủ tục hành chính tạo môi trường kinh doanh bình đẳng, thông thoáng, thuận lợi, minh bạch.",
)
EXAMPLE = (
    "Đến một cửa, gặp một người, xong việc trong một lần.",
    "Hẹn dân ngày nào, trả đúng ngày ấy, trễ thì xin lỗi.",
    "Đi gần hay đi xa, nhớ cài quai mũ rồi hãy nổ máy.",
)
