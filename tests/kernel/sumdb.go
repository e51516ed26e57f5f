// Another program's view of the same trees and notes: golang.org/x/mod/sumdb, Debian's golang-golang-x-mod-dev.
// Prints what tests/kernel/test_audit_judges.py holds ours to:
//	GO111MODULE=off GOPATH=/usr/share/gocode go run tests/kernel/sumdb.go
package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var sizes = []int64{1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 65535, 65536, 65537}

type tree []tlog.Hash

func (t tree) ReadHashes(at []int64) (found []tlog.Hash, err error) {
	for _, one := range at {
		found = append(found, t[one])
	}
	return found, nil
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	if len(os.Args) > 1 { // open a note that stands on standard input with the verifier keys that are said
		var known []note.Verifier
		for _, vkey := range os.Args[1:] {
			known = append(known, must(note.NewVerifier(vkey)))
		}
		opened := must(note.Open(must(io.ReadAll(os.Stdin)), note.VerifierList(known...)))
		fmt.Printf("%d known, %d unknown\n%s", len(opened.Sigs), len(opened.UnverifiedSigs), opened.Text)
		return
	}
	var t tree
	for n := int64(0); n < 65537; n++ {
		t = append(t, must(tlog.StoredHashes(n, []byte(fmt.Sprintf("entri %d", n)), t))...)
	}
	all := sha256.New()
	for n := int64(1); n <= 1030; n++ {
		fmt.Fprintf(all, "root %d %v\n", n, must(tlog.TreeHash(n, t)))
	}
	for _, size := range sizes {
		fmt.Fprintf(all, "root %d %v\n", size, must(tlog.TreeHash(size, t)))
		for _, index := range []int64{0, size / 3, size / 2, size - 1} {
			fmt.Fprintf(all, "leaf %d of %d%s\n", index, size, list(must(tlog.ProveRecord(size, index, t))))
		}
		for _, old := range sizes {
			if old <= size {
				fmt.Fprintf(all, "tree %d of %d%s\n", old, size, list(must(tlog.ProveTree(size, old, t))))
			}
		}
	}
	fmt.Printf("%x\n", all.Sum(nil))
	for _, number := range []int64{0, 999, 1000, 1234067, 1000000000} {
		path := tlog.Tile{H: 8, L: 3, N: number, W: 112}.Path()
		fmt.Println(strings.Replace(path, "tile/8/", "tile/", 1))
	}
}

func list(hashes []tlog.Hash) string {
	text := ""
	for _, hash := range hashes {
		text += " " + hash.String()
	}
	return text
}
