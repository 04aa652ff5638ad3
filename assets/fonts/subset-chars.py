"""Prints the characters kept in the bundled font: ASCII, Latin-1, GB2312 level 1 and its symbols, and some more signs."""

out=set(chr(c) for c in range(0x20,0x7f))|set(chr(c) for c in range(0xa0,0x100))
for row in list(range(0xA1,0xAA))+list(range(0xB0,0xD8)):
    for col in range(0xA1,0xFF):
        try: out.add(bytes([row,col]).decode('gb2312'))
        except UnicodeDecodeError: pass
# drop kana, Cyrillic, bopomofo, box drawing: no chart needs them
out={c for c in out if not (0x3040<=ord(c)<=0x312f or 0x0400<=ord(c)<=0x04ff or 0x2500<=ord(c)<=0x257f)}
out|=set("–—−‐‑…‰±×÷≤≥≈≠≡→←↑↓·•“”‘’、。「」『』《》〈〉【】（）：；，．！？％～￥¥€△▲▽▼○●◎□■◇◆★☆①②③④⑤⑥⑦⑧⑨⑩ΔΣαβγδεμσ½¼¾²³〇")
out|=set("沱渝綦涪酉璧潼黔麒麟蔺泸岷珞碚瞿巫忠垫珑锶榨薯鲤蜀衢")  # level 2: place names around Chongqing
print(''.join(sorted(out)))
