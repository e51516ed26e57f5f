set -euf; LC_ALL=C f=$1 t=$(mktemp -d); gagal() { echo "GAGAL: $1"; exit 1; }
sha() { openssl dgst -sha256 -binary | base64; }
node() { { printf '\001'; printf %s "$1" | base64 -d; printf %s "$2" | base64 -d; } | sha; }
sed '1,/^$/d' "$f" | sed 3q > "$t/teks"; log=$(sed 1q "$t/teks") n=$(sed -n 2p "$t/teks")
i=$(sed -n 's/^index //p' "$f")
case $log in ''|*[!A-Za-z0-9./:-]*) gagal 'nama log bukan nama log kami' ;; esac
for s in "$i" "$n"; do case $s in 0|[1-9]*) ;; *) gagal 'bukan nomor' ;; esac
  case $s in *[!0-9]*|????????????????*) gagal 'bukan nomor' ;; esac; done
isi=$(sed -n '2s/^extra //p' "$f" | base64 -d)
catatan=$(printf %s "$isi" | sed 's/^.*","payload":"//; s/"}$//; s/\\\(.\)/\1/g')
c=$({ printf %s "$isi" | cut -d '"' -f 4 | base64 -d; printf %s "$catatan"; } | sha)
h=$(printf '\000{"v":1,"c":"%s"}' "$c" | sha); k=$((n - 1))
[ "$i" -le "$k" ] || gagal 'nomor entri di luar log'
for s in $(sed -n '/^index /,/^$/{/^index /d;p;}' "$f"); do
  if [ $((i % 2)) = 1 ] || [ "$i" = "$k" ]; then h=$(node "$s" "$h")
    while [ $((i % 2)) = 0 ] && [ "$i" != 0 ]; do i=$((i / 2)) k=$((k / 2)); done
  else h=$(node "$h" "$s"); fi; i=$((i / 2)) k=$((k / 2)); done
[ "$k$h" = "0$(sed -n 3p "$t/teks")" ] || gagal 'catatan ini tidak ada di log'
for p in $(awk -v n="$log+" 'index($0, n) == 1 { print substr($0, length(n) + 10) }' "$2"); do
for s in $(awk -v n="$log" '$1 == "—" && $2 == n { print $3 }' "$f"); do
  p=$(printf %s "$p" | base64 -d | tail -c 32 | base64)
  printf %s "$s" | base64 -d | tail -c 64 > "$t/tanda"
  printf %s "MCowBQYDK2VwAyEA$p" | base64 -d > "$t/kunci"
  v='pkeyutl -verify -rawin -pubin -keyform DER'
  openssl $v -inkey "$t/kunci" -in "$t/teks" -sigfile "$t/tanda" || continue
  printf 'TERBUKTI: %s\n' "$catatan" | tr -d '\000-\011\013-\037\177'; exit
done; done; gagal 'tanda tangan log tidak cocok'
