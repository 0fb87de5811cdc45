"""Lines of the log are told to a stream that may be full."""

import errno
import io

from app.kernel.logs import UnfailingStream


class Disk(io.StringIO):
    """A file on a disk that is full until it is given room."""

    is_full = True

    def flush(self):
        if self.is_full:
            raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_for_the_log_raises_nothing_and_is_told_of_later():
    disk = Disk()
    stream = UnfailingStream(disk)
    assert [stream.write("one\n"), stream.write("two\n")] == [0, 0]
    disk.is_full = False
    disk.truncate(0)
    disk.seek(0)
    assert stream.write("three\n") == 6
    stream.write("four\n")
    assert disk.getvalue().splitlines() == ['{"event": "log_was_refused", "count": 2}', "three", "four"]
