// Command tlogcheck checks a log directory with the Go project's own implementation of these formats, golang.org/x/mod/sumdb.
//
// It was written from the C2SP documents and docs/spec/05-log.md, not from the Swift code. Usage: tlogcheck DIRECTORY, which holds
//
//	vkey          the log's verifier key
//	cosigners     verifier keys of the witnesses, one a line
//	checkpoint    the signed checkpoint
//	tile/...      hash tiles and entry bundles of its size, nothing else
//	receipts/N    the receipt of entry N
//	consistency   lines "old new old-root new-root hash...", hashes in base64
//
// It prints one line of counts, or the first fault and exits with status 1.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

var directory string

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: tlogcheck DIRECTORY")
		os.Exit(2)
	}
	directory = os.Args[1]
	summary, err := check()
	if err != nil {
		fmt.Println("fault:", err)
		os.Exit(1)
	}
	fmt.Println(summary)
}

func check() (string, error) {
	verifiers, witnesses, err := readKeys()
	if err != nil {
		return "", err
	}
	signed, err := os.ReadFile(filepath.Join(directory, "checkpoint"))
	if err != nil {
		return "", err
	}
	tree, cosignatures, err := openCheckpoint(signed, verifiers, witnesses)
	if err != nil {
		return "", fmt.Errorf("checkpoint: %w", err)
	}
	tiles, err := checkPaths(tree.N)
	if err != nil {
		return "", err
	}
	hashes, err := rebuild(tree)
	if err != nil {
		return "", err
	}
	if err := checkTiles(tree, tiles, hashes); err != nil {
		return "", err
	}
	receipts, err := checkReceipts(tree, hashes, verifiers, witnesses)
	if err != nil {
		return "", err
	}
	proofs, err := checkConsistency(tree, hashes)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("size %d, cosignatures %d, receipts %d, consistency proofs %d", tree.N, cosignatures, receipts, proofs), nil
}

func readKeys() (note.Verifiers, map[string]bool, error) {
	vkey, err := os.ReadFile(filepath.Join(directory, "vkey"))
	if err != nil {
		return nil, nil, err
	}
	logVerifier, err := note.NewVerifier(strings.TrimSpace(string(vkey)))
	if err != nil {
		return nil, nil, err
	}
	list := []note.Verifier{logVerifier}
	witnesses := map[string]bool{}
	cosigners, err := os.ReadFile(filepath.Join(directory, "cosigners"))
	if err != nil {
		return nil, nil, err
	}
	for _, line := range strings.Fields(string(cosigners)) {
		witness, err := newCosigner(line)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, witness)
		witnesses[witness.name] = true
	}
	return note.VerifierList(list...), witnesses, nil
}

// cosigner verifies the signatures of c2sp.org/tlog-cosignature, which x/mod does not know.
type cosigner struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func newCosigner(vkey string) (*cosigner, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("cosigner %q", vkey)
	}
	key, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, fmt.Errorf("cosigner %q", vkey)
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	if fmt.Sprintf("%x", sum[:4]) != parts[1] {
		return nil, fmt.Errorf("key ID of %q", vkey)
	}
	return &cosigner{parts[0], binary.BigEndian.Uint32(sum[:4]), ed25519.PublicKey(key[1:])}, nil
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.id }
func (c *cosigner) Verify(body, signature []byte) bool {
	if len(signature) != 72 {
		return false
	}
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(signature), body)
	return ed25519.Verify(c.key, []byte(message), signature[8:])
}

// openCheckpoint verifies a note by the log and every known witness, and returns its tree and the number of witnesses.
func openCheckpoint(signed []byte, verifiers note.Verifiers, witnesses map[string]bool) (tlog.Tree, int, error) {
	opened, err := note.Open(signed, verifiers)
	if err != nil {
		return tlog.Tree{}, 0, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return tlog.Tree{}, 0, fmt.Errorf("%d lines", len(lines))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, 0, err
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return tlog.Tree{}, 0, err
	}
	byLog, cosignatures := false, 0
	for _, signature := range opened.Sigs {
		if witnesses[signature.Name] {
			cosignatures++
		} else if signature.Name == lines[0] {
			byLog = true
		}
	}
	if !byLog {
		return tlog.Tree{}, 0, fmt.Errorf("not signed by %s", lines[0])
	}
	return tlog.Tree{N: size, Hash: root}, cosignatures, nil
}

// tilePath is x/mod's path without the tile height, and with "entries" for "data".
func tilePath(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

type tileReader struct{}

func (tileReader) Height() int                     { return tileHeight }
func (tileReader) SaveTiles([]tlog.Tile, [][]byte) {}
func (tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(directory, tilePath(tile)))
		if err != nil {
			return nil, err
		}
		if len(data) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", tilePath(tile), len(data))
		}
		all = append(all, data)
	}
	return all, nil
}

// checkPaths compares the files below tile/ with those a tree of this size has, and returns its hash tiles.
func checkPaths(size int64) ([]tlog.Tile, error) {
	// Older releases of x/mod list every width of a partial tile: the last is the one of this size.
	widest := map[tlog.Tile]int{}
	for _, tile := range tlog.NewTiles(tileHeight, 0, size) {
		widest[tlog.Tile{H: tile.H, L: tile.L, N: tile.N}] = tile.W
	}
	var tiles []tlog.Tile
	var expected []string
	for tile, width := range widest {
		tile.W = width
		tiles = append(tiles, tile)
		expected = append(expected, tilePath(tile))
		if tile.L == 0 {
			tile.L = -1
			expected = append(expected, tilePath(tile))
		}
	}
	var found []string
	err := filepath.WalkDir(filepath.Join(directory, "tile"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(directory, path)
		found = append(found, filepath.ToSlash(relative))
		return err
	})
	if err != nil {
		return nil, err
	}
	sort.Strings(expected)
	sort.Strings(found)
	if strings.Join(expected, "\n") != strings.Join(found, "\n") {
		return nil, fmt.Errorf("paths: %d expected, %d found", len(expected), len(found))
	}
	return tiles, nil
}

// storedHashes are all hashes of a tree, in x/mod's order.
type storedHashes []tlog.Hash

func (s storedHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, index := range indexes {
		if index >= int64(len(s)) {
			return nil, fmt.Errorf("hash %d not in tree", index)
		}
		hashes = append(hashes, s[index])
	}
	return hashes, nil
}

// rebuild computes every hash of the tree from the entries alone and compares the root.
func rebuild(tree tlog.Tree) (storedHashes, error) {
	var hashes storedHashes
	var bundle []byte
	for index := int64(0); index < tree.N; index++ {
		if index&(1<<tileHeight-1) == 0 {
			if len(bundle) > 0 {
				return nil, fmt.Errorf("bundle before entry %d: %d bytes left", index, len(bundle))
			}
			width := tree.N - index
			if width > 1<<tileHeight {
				width = 1 << tileHeight
			}
			tile := tlog.Tile{H: tileHeight, L: -1, N: index >> tileHeight, W: int(width)}
			var err error
			if bundle, err = os.ReadFile(filepath.Join(directory, tilePath(tile))); err != nil {
				return nil, err
			}
		}
		if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
			return nil, fmt.Errorf("bundle ends in entry %d", index)
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		more, err := tlog.StoredHashes(index, bundle[2:end], hashes)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, more...)
		bundle = bundle[end:]
	}
	if len(bundle) > 0 {
		return nil, fmt.Errorf("last bundle: %d bytes left", len(bundle))
	}
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil || root != tree.Hash {
		return nil, fmt.Errorf("entries: other root than the checkpoint: %v", err)
	}
	return hashes, nil
}

// checkTiles compares every tile with the hashes computed from the entries, and reads every leaf hash as a client of the tiles does.
//
// The second check alone would not do: TileHashReader of x/mod 0.7 leaves full tiles unverified in trees of some sizes.
func checkTiles(tree tlog.Tree, tiles []tlog.Tile, hashes storedHashes) error {
	for _, tile := range tiles {
		expected, err := tlog.ReadTileData(tile, hashes)
		if err != nil {
			return err
		}
		found, err := os.ReadFile(filepath.Join(directory, tilePath(tile)))
		if err != nil || !bytes.Equal(found, expected) {
			return fmt.Errorf("%s: not the hashes of the entries: %v", tilePath(tile), err)
		}
	}
	client := tlog.TileHashReader(tree, tileReader{})
	for index := int64(0); index < tree.N; index++ {
		stored := tlog.StoredHashIndex(0, index)
		leaf, err := client.ReadHashes([]int64{stored})
		if err != nil || leaf[0] != hashes[stored] {
			return fmt.Errorf("leaf %d: %v", index, err)
		}
	}
	return nil
}

// checkReceipts verifies each receipt's checkpoint and proof, and that x/mod makes the same proof.
func checkReceipts(tree tlog.Tree, hashes tlog.HashReader, verifiers note.Verifiers, witnesses map[string]bool) (int, error) {
	files, err := os.ReadDir(filepath.Join(directory, "receipts"))
	if err != nil {
		return 0, err
	}
	for _, file := range files {
		if err := checkReceipt(file.Name(), tree, hashes, verifiers, witnesses); err != nil {
			return 0, fmt.Errorf("receipt %s: %w", file.Name(), err)
		}
	}
	return len(files), nil
}

func checkReceipt(name string, tree tlog.Tree, hashes tlog.HashReader, verifiers note.Verifiers, witnesses map[string]bool) error {
	data, err := os.ReadFile(filepath.Join(directory, "receipts", name))
	if err != nil {
		return err
	}
	head, checkpoint, found := strings.Cut(string(data), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("layout")
	}
	lines = lines[1:]
	if strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	if lines[0] != "index "+name {
		return fmt.Errorf("index line %q", lines[0])
	}
	index, err := strconv.ParseInt(name, 10, 64)
	if err != nil {
		return err
	}
	proof, err := parseHashes(lines[1:])
	if err != nil {
		return err
	}
	own, _, err := openCheckpoint([]byte(checkpoint), verifiers, witnesses)
	if err != nil || own != tree {
		return fmt.Errorf("checkpoint: %v", err)
	}
	leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf[0]); err != nil {
		return err
	}
	expected, err := tlog.ProveRecord(tree.N, index, hashes)
	if err != nil {
		return err
	}
	return sameProof(proof, expected)
}

// checkConsistency verifies each consistency proof, and makes those to the present size itself.
func checkConsistency(tree tlog.Tree, hashes tlog.HashReader) (int, error) {
	data, err := os.ReadFile(filepath.Join(directory, "consistency"))
	if err != nil {
		return 0, err
	}
	count := 0
	for _, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		fields := strings.Fields(line)
		if len(fields) < 4 {
			return 0, fmt.Errorf("consistency line %q", line)
		}
		oldSize, err1 := strconv.ParseInt(fields[0], 10, 64)
		newSize, err2 := strconv.ParseInt(fields[1], 10, 64)
		parsed, err3 := parseHashes(fields[2:])
		if err1 != nil || err2 != nil || err3 != nil {
			return 0, fmt.Errorf("consistency line %q", line)
		}
		oldRoot, newRoot, proof := parsed[0], parsed[1], parsed[2:]
		if err := tlog.CheckTree(tlog.TreeProof(proof), newSize, newRoot, oldSize, oldRoot); err != nil {
			return 0, fmt.Errorf("consistency from %d to %d: %w", oldSize, newSize, err)
		}
		for _, sized := range []tlog.Tree{{N: oldSize, Hash: oldRoot}, {N: newSize, Hash: newRoot}} {
			if root, err := tlog.TreeHash(sized.N, hashes); err != nil || root != sized.Hash {
				return 0, fmt.Errorf("root at %d: %v", sized.N, err)
			}
		}
		expected, err := tlog.ProveTree(newSize, oldSize, hashes)
		if err != nil {
			return 0, err
		}
		if err := sameProof(proof, expected); err != nil {
			return 0, fmt.Errorf("consistency from %d to %d: %w", oldSize, newSize, err)
		}
		count++
	}
	return count, nil
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

func sameProof(found, expected []tlog.Hash) error {
	if len(found) != len(expected) {
		return fmt.Errorf("%d hashes, %d expected", len(found), len(expected))
	}
	for index := range found {
		if !bytes.Equal(found[index][:], expected[index][:]) {
			return fmt.Errorf("hash %d differs", index)
		}
	}
	return nil
}
