set -eu; f=$1 t=$(mktemp -d); gagal() { echo "GAGAL: $1"; exit 1; }
sha() { openssl dgst -sha256 -binary | base64; }
node() { { printf '\001'; echo "$1" | base64 -d; echo "$2" | base64 -d; } | sha; }
isi=$(sed -n '2s/^extra //p' "$f" | base64 -d)
catatan=$(printf %s "$isi" | sed 's/^.*","payload":"//; s/"}$//; s/\\\(.\)/\1/g')
c=$({ printf %s "$isi" | cut -d '"' -f 4 | base64 -d; printf %s "$catatan"; } | sha)
h=$(printf '\000{"v":1,"c":"%s"}' "$c" | sha)
sed '1,/^$/d' "$f" | sed 3q > "$t/teks"; log=$(sed 1q "$t/teks")
i=$(sed -n 's/^index //p' "$f") k=$(($(sed -n 2p "$t/teks") - 1))
[ "$i" -le "$k" ] || gagal 'nomor entri di luar log'
for s in $(sed -n '/^index /,/^$/{/^index /d;p;}' "$f"); do
  if [ $((i % 2)) = 1 ] || [ "$i" = "$k" ]; then h=$(node "$s" "$h")
    while [ $((i % 2)) = 0 ] && [ "$i" != 0 ]; do i=$((i / 2)) k=$((k / 2)); done
  else h=$(node "$h" "$s"); fi; i=$((i / 2)) k=$((k / 2)); done
[ "$k$h" = "0$(sed -n 3p "$t/teks")" ] || gagal 'catatan ini tidak ada di log'
for p in $(sed -n "s|^$log+[0-9a-f]*+||p" "$2"); do for s in $(sed -n "s|^— $log ||p" "$f"); do
  echo "MCowBQYDK2VwAyEA$(echo "$p" | base64 -d | tail -c 32 | base64)" | base64 -d > "$t/kunci"
  echo "$s" | base64 -d | tail -c 64 > "$t/tanda"; openssl pkeyutl -verify -rawin -pubin -keyform DER \
  -inkey "$t/kunci" -in "$t/teks" -sigfile "$t/tanda" && echo "TERBUKTI: $catatan" && exit
done; done; gagal 'tanda tangan log tidak cocok'
