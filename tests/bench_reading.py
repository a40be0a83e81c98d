"""How fast reading is: python tests/bench_reading.py prints characters a second, linearity, cold start."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

PARAGRAPH = (
    "Thực hiện Kế hoạch số 12/KH-UBND ngày 15/01/2026 của UBND xã về công tác CCHC, từ 01/01 đến 30/11/2026, "
    "Trung tâm Phục vụ HCC xã đã tiếp nhận 1.284 hồ sơ TTHC, đạt 85,8%; còn 05 hồ sơ trễ hạn. Giờ làm việc: "
    "7h00-11h30 và 13h30-17h00, từ T2 đến T6. Mọi phản ánh xin gọi 1022 (24/24h) hoặc 0276.000.1155. Bà con "
    "không có điện thoại thông minh xin đến trụ sở xã, sẽ có cán bộ hướng dẫn tận tình.\n"
)
CLICK = "import click"
READ = "from broadcaster.cli.main import main; main()"


def seconds(text: str) -> float:
    from broadcaster.reading import Lexicon, read

    lexicon = Lexicon.load()
    start = time.perf_counter()
    read(text, lexicon)
    return time.perf_counter() - start


def cold(*command: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", *command], input=b"7h30\n", capture_output=True, check=True)
    return time.perf_counter() - start


def main() -> None:
    seconds(PARAGRAPH)
    small, large = PARAGRAPH * 50, PARAGRAPH * 800
    one_line = large.replace("\n", " ")
    fast, slow, line = seconds(small), seconds(large), seconds(one_line)
    ratio = statistics.median(cold(READ, "read", "-") / cold(CLICK) for _ in range(7))
    print(f"characters a second      {len(large) / slow:>10,.0f}")
    print(f"  in one line            {len(one_line) / line:>10,.0f}")
    print(f"time for 16 times more   {slow / fast:>10.1f} times")
    print(f"cold start over click    {ratio:>10.2f} times")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
