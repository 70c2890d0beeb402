/*
 * Preloaded into a process, it writes down in order all that the process does to the files of one folder, and what it
 * prints. From that list a disk can be rebuilt as a power cut at any moment would have left it.
 *
 * While the file REFUSE_WHEN exists, every change is refused with the error number that stands in it, as by a disk that is
 * full (ENOSPC), read-only (EROFS) or broken (EIO).
 *
 * One record: kind (1 byte), length of the path (4), offset (8), length of the data (4), path, data; little-endian.
 * c created, w written, t truncated to offset, s synced, u unlinked, r renamed to data, l linked as data, o printed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int log_fd = -1;
static char root[PATH_MAX];
static size_t root_length;
/* Held while a change is made and noted, so that the order of the list is the order of the changes. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void) {
  const char *to = getenv("RECORD_TO"), *folder = getenv("RECORD_ROOT");
  if (!to || !folder || !realpath(folder, root)) return;
  root_length = strlen(root);
  log_fd = syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_ours(const char *path) {
  size_t length = strlen(path);
  if (log_fd < 0 || strncmp(path, root, root_length) != 0) return 0;
  if (path[root_length] != '/' && path[root_length] != 0) return 0;
  /* The index of the log is memory that processes share; SQLite makes it anew after a crash. */
  return length < 4 || strcmp(path + length - 4, "-shm") != 0;
}

/* Says no, if it is to be said, and sets errno. */
static int refused(void) {
  const char *when = getenv("REFUSE_WHEN");
  int fd = when ? syscall(SYS_openat, AT_FDCWD, when, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) return 0;
  char number[8] = "";
  if (read(fd, number, sizeof number - 1) < 0) abort();
  close(fd);
  errno = atoi(number);
  return 1;
}

static int path_of(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_ours(path);
}

static void put(const void *bytes, size_t length) {
  while (length > 0) {
    ssize_t done = syscall(SYS_write, log_fd, bytes, length);
    if (done < 0) { if (errno == EINTR) continue; abort(); }
    bytes = (const char *)bytes + done;
    length -= done;
  }
}

static void note(char kind, const char *path, uint64_t offset, const void *data, uint32_t length) {
  int kept = errno;
  uint32_t path_length = strlen(path);
  char head[17];
  head[0] = kind;
  memcpy(head + 1, &path_length, 4);
  memcpy(head + 5, &offset, 8);
  memcpy(head + 13, &length, 4);
  put(head, sizeof head);
  put(path, path_length);
  put(data, length);
  errno = kept;
}

#define REAL(name) \
  static __typeof__(&name) real; \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static void full_path(int dir, const char *name, char *path) {
  char base[PATH_MAX] = "", both[PATH_MAX * 2], *slash;
  if (name[0] == '/') snprintf(both, sizeof both, "%s", name);
  else {
    char link[64];
    if (dir == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
    else snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
    ssize_t length = readlink(link, base, PATH_MAX - 1);
    base[length < 0 ? 0 : length] = 0;
    snprintf(both, sizeof both, "%s/%s", base, name);
  }
  /* The last part may not exist; what stands before it does, and may lead through links. */
  slash = strrchr(both, '/');
  *slash = 0;
  char folder[PATH_MAX];
  if (!realpath(both, folder)) { path[0] = 0; return; }
  if (snprintf(path, PATH_MAX, "%s/%s", folder, slash + 1) >= PATH_MAX) path[0] = 0;
}

static int opened(int (*real)(int, const char *, int, ...), int dir, const char *name, int flags, mode_t mode) {
  char path[PATH_MAX];
  if (log_fd < 0 || !(flags & (O_CREAT | O_TRUNC))) return real(dir, name, flags, mode);
  full_path(dir, name, path);
  if (!is_ours(path)) return real(dir, name, flags, mode);
  if (refused()) return -1;
  pthread_mutex_lock(&turn);
  struct stat before;
  int was_there = fstatat(AT_FDCWD, path, &before, 0) == 0;
  int fd = real(dir, name, flags, mode);
  if (fd >= 0 && !was_there) note('c', path, 0, "", 0);
  else if (fd >= 0 && (flags & O_TRUNC)) note('t', path, 0, "", 0);
  pthread_mutex_unlock(&turn);
  return fd;
}

#define MODE(flags) \
  mode_t mode = 0; \
  if ((flags) & O_CREAT) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }

int open(const char *name, int flags, ...) { MODE(flags) REAL(openat); return opened(real, AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags) REAL(openat); return opened(real, AT_FDCWD, name, flags, mode); }
int openat(int dir, const char *name, int flags, ...) { MODE(flags) REAL(openat); return opened(real, dir, name, flags, mode); }
int openat64(int dir, const char *name, int flags, ...) { MODE(flags) REAL(openat); return opened(real, dir, name, flags, mode); }

/* Notes what a call has written; `at` is below zero where the call wrote at the place the file stood at. */
static void written(int fd, const struct iovec *parts, int count, off64_t at, ssize_t done) {
  char path[PATH_MAX];
  int is_file = fd != 1 && path_of(fd, path);
  if (done <= 0 || (fd != 1 && !is_file)) return;
  if (is_file && at < 0) at = lseek64(fd, 0, SEEK_CUR) - done;
  for (int part = 0; part < count && done > 0; part++) {
    size_t length = (size_t)done < parts[part].iov_len ? (size_t)done : parts[part].iov_len;
    note(is_file ? 'w' : 'o', is_file ? path : "", at, parts[part].iov_base, length);
    at += length;
    done -= length;
  }
}

static int is_refused(int fd) {
  char path[PATH_MAX];
  return fd > 2 && path_of(fd, path) && refused();
}

#define WRITING(fd, call, parts, count, at) \
  if (log_fd < 0) return call; \
  if (is_refused(fd)) return -1; \
  pthread_mutex_lock(&turn); \
  ssize_t done = call; \
  written(fd, parts, count, at, done); \
  pthread_mutex_unlock(&turn); \
  return done

ssize_t write(int fd, const void *bytes, size_t length) {
  REAL(write);
  struct iovec all = {(void *)bytes, length};
  WRITING(fd, real(fd, bytes, length), &all, 1, -1);
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
  REAL(pwrite);
  struct iovec all = {(void *)bytes, length};
  WRITING(fd, real(fd, bytes, length, at), &all, 1, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  REAL(pwrite64);
  struct iovec all = {(void *)bytes, length};
  WRITING(fd, real(fd, bytes, length, at), &all, 1, at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(writev);
  WRITING(fd, real(fd, parts, count), parts, count, -1);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  REAL(pwritev);
  WRITING(fd, real(fd, parts, count, at), parts, count, at);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
  REAL(pwritev64);
  WRITING(fd, real(fd, parts, count, at), parts, count, at);
}

#define ON_FILE(fd, call, kind, offset) \
  char path[PATH_MAX]; \
  if (log_fd < 0 || !path_of(fd, path)) return call; \
  if (refused()) return -1; \
  pthread_mutex_lock(&turn); \
  int failed = call; \
  if (!failed) note(kind, path, offset, "", 0); \
  pthread_mutex_unlock(&turn); \
  return failed

int ftruncate(int fd, off_t length) { REAL(ftruncate); ON_FILE(fd, real(fd, length), 't', length); }
int ftruncate64(int fd, off64_t length) { REAL(ftruncate64); ON_FILE(fd, real(fd, length), 't', length); }
int fsync(int fd) { REAL(fsync); ON_FILE(fd, real(fd), 's', 0); }
int fdatasync(int fd) { REAL(fdatasync); ON_FILE(fd, real(fd), 's', 0); }

int unlink(const char *name) {
  REAL(unlink);
  char path[PATH_MAX];
  full_path(AT_FDCWD, name, path);
  if (!is_ours(path)) return real(name);
  pthread_mutex_lock(&turn);
  int failed = real(name);
  if (!failed) note('u', path, 0, "", 0);
  pthread_mutex_unlock(&turn);
  return failed;
}
int unlinkat(int dir, const char *name, int flags) {
  REAL(unlinkat);
  char path[PATH_MAX];
  full_path(dir, name, path);
  if (!is_ours(path) || (flags & AT_REMOVEDIR)) return real(dir, name, flags);
  pthread_mutex_lock(&turn);
  int failed = real(dir, name, flags);
  if (!failed) note('u', path, 0, "", 0);
  pthread_mutex_unlock(&turn);
  return failed;
}
static int two_names(int (*real)(const char *, const char *), const char *from, const char *to, char kind) {
  char path[PATH_MAX], target[PATH_MAX];
  full_path(AT_FDCWD, from, path);
  full_path(AT_FDCWD, to, target);
  if (!is_ours(path)) return real(from, to);
  pthread_mutex_lock(&turn);
  int failed = real(from, to);
  if (!failed) note(kind, path, 0, target, strlen(target));
  pthread_mutex_unlock(&turn);
  return failed;
}

int rename(const char *from, const char *to) { REAL(rename); return two_names(real, from, to, 'r'); }
int link(const char *from, const char *to) { REAL(link); return two_names(real, from, to, 'l'); }
