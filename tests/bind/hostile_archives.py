# hostile_archives.py FOLDER: archives that no corpus knows, made by hand: bad-* must be refused, good-* unpack. Link chains,
# hard links, absolute and climbing names, devices, names that are one on other systems, wrong sizes, bombs, headers that
# contradict each other, PAX and GNU overrides.
import warnings
import tarfile, zipfile, io, os, struct, sys, zlib, gzip

warnings.simplefilter("ignore")
out = sys.argv[1]; os.makedirs(out, exist_ok=True)
def tar(name, entries, fmt=tarfile.PAX_FORMAT, mode="w"):
    t = tarfile.open(os.path.join(out, name), mode, format=fmt)
    for e in entries:
        i = tarfile.TarInfo(e["n"]); data = e.get("d", b"")
        i.type = e.get("t", tarfile.REGTYPE); i.linkname = e.get("l", ""); i.mode = e.get("m", 0o644)
        i.size = e.get("s", len(data)) if i.type == tarfile.REGTYPE else 0
        i.devmajor, i.devminor = e.get("dev", (0, 0))
        if "pax" in e: i.pax_headers = e["pax"]
        t.addfile(i, io.BytesIO(data))
    t.close()
S, H, D, C, B, F = tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE
bad = {
 "chain1": [dict(n="a", t=S, l="."), dict(n="a/b", t=S, l=".."), dict(n="a/b/x", d=b"x")],
 "chain2": [dict(n="d", t=D), dict(n="d/up", t=S, l=".."), dict(n="out", t=S, l="d/up/.."), dict(n="out/x", d=b"x")],
 "chain3": [dict(n="l", t=S, l="m"), dict(n="m", t=S, l="../.."), dict(n="l/x", d=b"x")],
 "late-link": [dict(n="d/x", d=b"x"), dict(n="d", t=S, l="/tmp"), dict(n="d/y", d=b"y")],
 "replace": [dict(n="d", t=D), dict(n="d", t=S, l="/tmp"), dict(n="d/y", d=b"y")],
 "through-file": [dict(n="f", d=b"1"), dict(n="f/x", d=b"2")],
 "hard-out": [dict(n="h", t=H, l="../../../etc/passwd")],
 "hard-abs": [dict(n="h", t=H, l="/etc/passwd")],
 "hard-sym": [dict(n="s", t=S, l="/etc"), dict(n="h", t=H, l="s/passwd")],
 "hard-over": [dict(n="f", d=b"x"), dict(n="h", t=H, l="f"), dict(n="h", d=b"y")],
 "dots": [dict(n="..", t=D)], "dotdotfile": [dict(n="a/..", d=b"x")], "dot": [dict(n=".", d=b"x")],
 "dotdot-mid": [dict(n="a/../../../x", d=b"x")], "abs": [dict(n="/x", d=b"x")], "abs2": [dict(n="//x", d=b"x")],
 "sym-abs": [dict(n="s", t=S, l="/")], "sym-up": [dict(n="a/s", t=S, l="../..")], "sym-empty": [dict(n="s", t=S, l="")],
 "sym-self": [dict(n="s", t=S, l="s"), dict(n="s/x", d=b"x")], "sym-long": [dict(n="s", t=S, l="a/" * 3000 + "../" * 3001)],
 "sym-backslash": [dict(n="s", t=S, l="..\\..\\x")], "sym-drive": [dict(n="s", t=S, l="C:\\x")],
 "chr": [dict(n="c", t=C, dev=(1, 3))], "blk": [dict(n="b", t=B, dev=(8, 0))], "fifo": [dict(n="p", t=F)],
 "setuid": [dict(n="x", d=b"x", m=0o4755)], "setgid": [dict(n="x", d=b"x", m=0o2755)], 
 "case": [dict(n="Readme", d=b"1"), dict(n="README", d=b"2")], "case-dir": [dict(n="A/x", d=b"1"), dict(n="a", t=S, l="..")],
 "turk": [dict(n="\u0130x", d=b"1"), dict(n="i\u0307x", d=b"2")], "kelvin": [dict(n="k", d=b"1"), dict(n="\u212a", d=b"2")],
 "sigma": [dict(n="\u03c3", d=b""), dict(n="\u03c2", d=b"")], "ligature": [dict(n="\ufb01", d=b""), dict(n="fi", d=b"")],
 "twice": [dict(n="x", d=b"1"), dict(n="x", d=b"2")], "twice-dot": [dict(n="x", d=b"1"), dict(n="./x", d=b"2")],
 "backslash": [dict(n="..\\x", d=b"x")], "drive": [dict(n="C:x", d=b"x")], "ads": [dict(n="x:y", d=b"x")], "unc": [dict(n="\\\\server\\x", d=b"x")],
 "dev-name": [dict(n="a/aux.txt", d=b"")], "conin": [dict(n="CONIN$", d=b"")], "com-super": [dict(n="COM\u00b9", d=b"")], 
 "git": [dict(n=".git/hooks/x", d=b"")], "git-case": [dict(n=".GiT/x", d=b"")], "git-hfs": [dict(n=".g\u200cit/x", d=b"")], "git-short": [dict(n="GIT~1/x", d=b"")], "git-ads": [dict(n=".git::$INDEX_ALLOCATION/x", d=b"")],
 "newline": [dict(n="a\nb", d=b"")], "esc": [dict(n="a\x1b[2Jb", d=b"")], "bidi": [dict(n="a\u202eb", d=b"")], "del": [dict(n="a\x7f", d=b"")],
 "long-component": [dict(n="n" * 300, d=b"")], "long-path": [dict(n="/".join(["n" * 100] * 60), d=b"")], "deep": [dict(n="d/" * 3000 + "x", d=b"")],
 "pax-path": [dict(n="fine", d=b"x", pax={"path": "../x"})], "pax-abs": [dict(n="fine", d=b"x", pax={"path": "/x"})], "pax-link": [dict(n="s", t=S, l="fine", pax={"linkpath": "/etc"})],
 "pax-nul": [dict(n="fine", d=b"x", pax={"path": "a\0../../x"})], "pax-size": [dict(n="fine", d=b"xyz", pax={"size": "99999999999999"})], "pax-neg": [dict(n="fine", d=b"xyz", pax={"size": "-1"})],
 "pax-gnu-name": [dict(n="fine", d=b"x", pax={"GNU.sparse.name": "../x", "GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "5"})],
}
for k, v in bad.items():
    tar("bad-%s.tar" % k, v)
for k in ("pax-path", "long-path", "deep", "abs", "dotdot-mid", "hard-out", "sym-up", "chain1"):
    tar("bad-gz-%s.tar.gz" % k, bad[k], mode="w:gz")
    if k != "pax-path": tar("bad-gnu-%s.tar" % k, bad[k], fmt=tarfile.GNU_FORMAT)
# raw tars
def raw(name, blocks): open(os.path.join(out, name), "wb").write(b"".join(blocks) + b"\0" * 1024)
def head(n, size=0, typ=b"0", link=b"", size_field=None, prefix=b"", magic=b"ustar\x0000"):
    h = bytearray(512); h[0:len(n)] = n; h[100:108] = b"0000644\0"; h[108:116] = b"0000000\0"; h[116:124] = b"0000000\0"
    h[124:136] = size_field or (b"%011o\0" % size); h[136:148] = b"00000000000\0"; h[156:157] = typ; h[157:157 + len(link)] = link; h[257:265] = magic; h[345:345 + len(prefix)] = prefix
    h[148:156] = b" " * 8; h[148:156] = b"%06o\0 " % sum(h); return bytes(h)
def pad(d): return d + b"\0" * (-len(d) % 512)
raw("bad-raw-prefix.tar", [head(b"x", prefix=b"../..")]); raw("bad-raw-prefix-abs.tar", [head(b"x", prefix=b"/tmp")])
raw("bad-raw-longname.tar", [head(b"././@LongLink", 12, b"L"), pad(b"../../../x\0\0"), head(b"fine")])
raw("bad-raw-longlink.tar", [head(b"././@LongLink", 12, b"K"), pad(b"/etc/passwd\0"), head(b"s", 0, b"2", b"fine")])
raw("bad-raw-huge.tar", [head(b"x", size_field=b"\x80" + b"\0" * 3 + struct.pack(">Q", 1 << 50))])
raw("bad-raw-negative.tar", [head(b"x", size_field=b"\xff" * 12)])
raw("bad-raw-octal-junk.tar", [head(b"x", size_field=b"0000zzz0000\0")])
raw("bad-raw-contiguous.tar", [head(b"../x", 0, b"7")]); raw("bad-raw-old-dir.tar", [head(b"../x/", 0, b"\0", magic=b"\0" * 8)])
raw("bad-raw-multivolume.tar", [head(b"x", 0, b"M")]); raw("bad-raw-sparse.tar", [head(b"x", 0, b"S")]); raw("bad-raw-unknown.tar", [head(b"x", 3, b"Z"), pad(b"abc")])
raw("bad-raw-global-path.tar", [head(b"g", 15, b"g"), pad(b"15 path=../xyz\n"), head(b"fine")])
raw("bad-raw-pax-cut.tar", [head(b"p", 8, b"x"), pad(b"99 path="), head(b"fine")])
raw("bad-raw-pax-len0.tar", [head(b"p", 11, b"x"), pad(b"0 path=../x"), head(b"fine")])
raw("bad-raw-two-pax.tar", [head(b"p", 12, b"x"), pad(b"12 path=../a"[:12]), head(b"p", 11, b"x"), pad(b"11 path=ok\n"), head(b"fine")])
raw("bad-raw-symlink-size.tar", [head(b"s", 0, b"2", b"..")])
b = head(b"x", 5); raw("bad-raw-checksum.tar", [b[:148] + b"000000\0 " + b[156:], pad(b"hello")])
# zips
def z(name, entries, comp=zipfile.ZIP_DEFLATED, patch=None):
    m = io.BytesIO(); f = zipfile.ZipFile(m, "w", comp)
    for n, d, *rest in entries:
        i = zipfile.ZipInfo("x"); i.filename = n; i.compress_type = comp
        i.create_system = 3; i.external_attr = (rest[0] if rest else 0o100644) << 16
        if len(rest) > 1: i.extra = rest[1]
        f.writestr(i, d)
    f.close(); b = m.getvalue()
    if patch: b = patch(b)
    open(os.path.join(out, name), "wb").write(b)
for k, n in {"up": "../x", "abs": "/x", "mid": "a/../../x", "back": "..\\x", "drive": "C:\\x", "drive2": "c:/x", "unc": "//srv/x", "dotend": "a/..", "git": ".git/x", "dev": "lpt1.txt", "nl": "a\nb", "bidi": "\u202e", "empty": ""}.items():
    z("bad-z-%s.zip" % k, [(n, b"x")])
z("bad-z-sym-up.zip", [("s", b"../..", 0o120777), ("s/x", b"x")]); z("bad-z-sym-abs.zip", [("s", b"/etc", 0o120777)]); z("bad-z-sym-only.zip", [("a/s", b"../../x", 0o120777)])
z("bad-z-chr.zip", [("c", b"", 0o020666)]); z("bad-z-fifo.zip", [("c", b"", 0o010666)]); z("bad-z-setuid.zip", [("c", b"", 0o104755)])
z("bad-z-case.zip", [("A", b""), ("a", b"")]); z("bad-z-dup.zip", [("a", b"1"), ("a", b"2")]); z("bad-z-file-dir.zip", [("a", b"1"), ("a/b", b"2")])
z("bad-z-bomb.zip", [("z", b"\0" * 40000000)]); z("bad-z-bomb2.zip", [("z%d" % i, b"\0" * 3000000) for i in range(20)])
z("bad-z-mismatch.zip", [("aaaa", b"x")], patch=lambda b: b.replace(b"aaaa", b"../x", 1)); z("bad-z-mismatch2.zip", [("aaaa", b"x")], patch=lambda b: b[:b.rfind(b"aaaa")] + b"../x" + b[b.rfind(b"aaaa") + 4:])
z("bad-z-crc.zip", [("aaaa", b"hello world")], zipfile.ZIP_STORED, lambda b: b.replace(b"hello", b"hellO")); z("bad-z-size.zip", [("aaaa", b"hello")], zipfile.ZIP_STORED, lambda b: b[:22] + struct.pack("<I", 1 << 30) + b[26:])
z("bad-z-central-size.zip", [("aaaa", b"\0" * 5000)], patch=lambda b: (lambda i: b[:i + 24] + struct.pack("<I", 1) + b[i + 28:])(b.find(b"PK\1\2")))
z("bad-z-method.zip", [("aaaa", b"hello")], zipfile.ZIP_STORED, lambda b: b[:8] + b"\x63\0" + b[10:]); z("bad-z-nul.zip", [("aaaa", b"x")], patch=lambda b: b.replace(b"aaaa", b"a\0/x"))
z("bad-z-unicode.zip", [("AAAA", b"x", 0o100644, struct.pack("<HHBI", 0x7075, 9, 1, zlib.crc32(b"AAAA")) + b"../x")])
z("bad-z-encrypted.zip", [("aaaa", b"x")], zipfile.ZIP_STORED, lambda b: b[:6] + b"\1\0" + b[8:]); z("bad-z-many.zip", [("f%d" % i, b"") for i in range(100)], patch=lambda b: b.replace(struct.pack("<HH", 100, 100), struct.pack("<HH", 1, 1)))
z("bad-z-dir-data.zip", [("d/", b"payload")]); z("bad-z-offset.zip", [("aaaa", b"hello")], patch=lambda b: (lambda i: b[:i + 42] + struct.pack("<I", 4000) + b[i + 46:])(b.find(b"PK\1\2")))
# bombs
open(os.path.join(out, "bad-bomb.tar.gz"), "wb").write(gzip.compress(head(b"z", 60000000) + b"\0" * 60000000 + b"\0" * 1024))
open(os.path.join(out, "bad-trailing.tar.gz"), "wb").write(gzip.compress(head(b"z", 0) + b"\0" * 1024) + gzip.compress(head(b"../y", 0) + b"\0" * 1024)); 
open(os.path.join(out, "bad-after-end.tar"), "wb").write(head(b"z", 0) + b"\0" * 1024 + head(b"../y", 0) + b"\0" * 1024)
# harmless
good = {
 "plain": [dict(n="a/b/c", d=b"x"), dict(n="a/b", t=D), dict(n="e", t=D)], "links": [dict(n="d/f", d=b"x"), dict(n="s", t=S, l="d/f"), dict(n="d/t", t=S, l="../s"), dict(n="h", t=H, l="d/f")],
 "dot-slash": [dict(n="./", t=D), dict(n="./a", d=b"x"), dict(n="./b/./c", d=b"y")], "long": [dict(n="/".join(["l" * 100] * 8), d=b"x"), dict(n="s", t=S, l="/".join(["l" * 100] * 8))],
 "unicode": [dict(n="日本/語.txt", d=b"x"), dict(n="e\u0301", d=b"")], "dots": [dict(n="..a", d=b""), dict(n="c...d", d=b"")], "modes": [dict(n="x", d=b"x", m=0o755), dict(n="y", d=b"y", m=0o600), dict(n="z", t=D, m=0o700)],
 "dangling": [dict(n="s", t=S, l="not/there")], "empty-file": [dict(n="x")], "sticky": [dict(n="x", d=b"x", m=0o1777)], "trailing": [dict(n="a./x", d=b""), dict(n="b /x", d=b"")],
 "pax-mtime": [dict(n="x", d=b"1", pax={"mtime": "1234.5678", "comment": "hi"})], "pax-xattr": [dict(n="x", d=b"1", pax={"SCHILY.xattr.user.a": "1"})],
}
for k, v in good.items():
    for f, m in (("tar", "w"), ("tar.gz", "w:gz"), ("tar.xz", "w:xz")): tar("good-%s.%s" % (k, f), v, mode=m)
    if k not in ("pax-mtime", "pax-xattr"): tar("good-gnu-%s.tar" % k, v, fmt=tarfile.GNU_FORMAT)
z("good-plain.zip", [("a/", b"", 0o040755), ("a/b", b"x"), ("c", b"y" * 5000)]); z("good-stored.zip", [("a", b"x")], zipfile.ZIP_STORED); z("good-link.zip", [("d/f", b"x"), ("s", b"d/f", 0o120777)]); z("good-exec.zip", [("x", b"#!", 0o100755)])
z("good-unicode.zip", [("日本/語", b"x")])
