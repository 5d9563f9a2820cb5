"""What the system says about a file, in words that tell an administrator what to do."""

import errno

NO_RIGHTS = "нет прав. Запустите команду от имени пользователя, которому это доступно, или назовите другое место."
NO_SPACE = "не хватило места на диске. Освободите его или назовите другое место."
REASONS = {
    errno.EACCES: NO_RIGHTS,
    errno.EPERM: NO_RIGHTS,
    errno.EROFS: "диск открыт только для чтения. Назовите другое место.",
    errno.ENOSPC: NO_SPACE,
    errno.EDQUOT: NO_SPACE,
    errno.EFBIG: "файл больше, чем здесь разрешено. Назовите другое место.",
    errno.ENAMETOOLONG: "имя слишком длинное. Назовите файл короче.",
    errno.ENOTDIR: "часть пути — не папка. Проверьте путь.",
    errno.ELOOP: "ссылки ведут по кругу. Проверьте путь.",
}


def reason(error: OSError) -> str:
    """Goes after a sentence that says what could not be done."""
    where = f" ({error.filename})" if error.filename else ""
    return f"{where}: {REASONS.get(error.errno or 0, f'{error.strerror or error}. Проверьте диск и повторите.')}"
