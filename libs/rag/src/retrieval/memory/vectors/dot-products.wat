;; Inner products of one vector with many, with the SIMD instructions of the processor.
;; dot-products.wasm.ts has it compiled; dot-products.spec.ts compares the two.
(module
  (import "env" "memory" (memory 1))
  ;; Writes the product of the vector at $query with each of $rows vectors, from $row on, to $score. All have $size bytes, a multiple of 64.
  (func (export "dotProducts") (param $query i32) (param $row i32) (param $rows i32) (param $size i32) (param $score i32)
    (local $factor i32) (local $end i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (block $done
      (loop $each_row
        (br_if $done (i32.eqz (local.get $rows)))
        (local.set $a (v128.const f32x4 0 0 0 0))
        (local.set $b (v128.const f32x4 0 0 0 0))
        (local.set $c (v128.const f32x4 0 0 0 0))
        (local.set $d (v128.const f32x4 0 0 0 0))
        (local.set $factor (local.get $query))
        (local.set $end (i32.add (local.get $row) (local.get $size)))
        (loop $each_sixteen
          (local.set $a (f32x4.add (local.get $a) (f32x4.mul (v128.load (local.get $row)) (v128.load (local.get $factor)))))
          (local.set $b (f32x4.add (local.get $b) (f32x4.mul (v128.load offset=16 (local.get $row)) (v128.load offset=16 (local.get $factor)))))
          (local.set $c (f32x4.add (local.get $c) (f32x4.mul (v128.load offset=32 (local.get $row)) (v128.load offset=32 (local.get $factor)))))
          (local.set $d (f32x4.add (local.get $d) (f32x4.mul (v128.load offset=48 (local.get $row)) (v128.load offset=48 (local.get $factor)))))
          (local.set $factor (i32.add (local.get $factor) (i32.const 64)))
          (br_if $each_sixteen (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 64))) (local.get $end))))
        (local.set $a (f32x4.add (f32x4.add (local.get $a) (local.get $b)) (f32x4.add (local.get $c) (local.get $d))))
        (f32.store (local.get $score)
          (f32.add
            (f32.add (f32x4.extract_lane 0 (local.get $a)) (f32x4.extract_lane 1 (local.get $a)))
            (f32.add (f32x4.extract_lane 2 (local.get $a)) (f32x4.extract_lane 3 (local.get $a)))))
        (local.set $score (i32.add (local.get $score) (i32.const 4)))
        (local.set $rows (i32.sub (local.get $rows) (i32.const 1)))
        (br $each_row)))))
