"""Words to say, as a reading gives them."""

from __future__ import annotations

NOTICE = (
    "Kính thưa bà con xã Tân Hưng. Ủy ban nhân dân xã thông báo lịch tiêm phòng cho trẻ em, bắt đầu từ bảy "
    "giờ sáng thứ hai, tại trạm y tế xã.\n"
    "Bà con nhớ mang theo sổ tiêm chủng; trẻ đang sốt thì để đợt sau. Xin cảm ơn!"
)

_SENTENCES = (
    "Nước sông đang lên nhanh, bà con sống ven sông hãy dọn đồ đạc lên chỗ cao, buộc chặt ghe xuồng và không "
    "cho trẻ nhỏ ra gần bờ.",
    "Ban chỉ huy phòng chống thiên tai xã trực suốt ngày đêm.",
    "Khi cần giúp đỡ, bà con gọi trưởng ấp, hoặc đến thẳng trụ sở xã, nơi có người trực, có nước uống, có "
    "chỗ nghỉ cho người già và trẻ em.",
    "Điện có thể bị cắt để giữ an toàn.",
    "Tổ thu gom rác đi qua ấp vào sáng thứ ba và sáng thứ sáu; bà con để rác trước cổng, đừng đổ xuống kênh.",
)


def long_text(characters: int) -> str:
    """Sentences about floods and waste, each one different, `characters` in all."""
    sentences, number, length = [], 0, 0
    while length < characters:
        sentence = _SENTENCES[number % len(_SENTENCES)]
        words = f"Ở ấp {_counted(number)}, {sentence[0].lower()}{sentence[1:]}"
        sentences.append(words)
        number, length = number + 1, length + len(words) + 1
    return "\n".join(sentences)[:characters]


def _counted(number: int) -> str:
    digits = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
    return " ".join(digits[int(digit)] for digit in str(number))
