;; Inner products of one vector with many, with the SIMD instructions of the processor.
;; dot-products.wasm.ts has it compiled; dot-products.spec.ts compares the two.
(module
  (import "env" "memory" (memory 1))
  ;; Writes the product of the 16-bit integers at $query with each of $rows lists of 8-bit integers, from $row on, times the factor at
  ;; $scale, to $score. A list has $size integers, a multiple of 16. No sum may need more than 32 bits.
  (func (export "codeProducts") (param $query i32) (param $row i32) (param $rows i32) (param $size i32) (param $scale i32) (param $score i32)
    (local $factor i32) (local $end i32)
    (local $codes v128) (local $a v128) (local $b v128)
    (block $done
      (loop $each_row
        (br_if $done (i32.eqz (local.get $rows)))
        (local.set $a (v128.const i32x4 0 0 0 0))
        (local.set $b (v128.const i32x4 0 0 0 0))
        (local.set $factor (local.get $query))
        (local.set $end (i32.add (local.get $row) (local.get $size)))
        (loop $each_sixteen
          (local.set $codes (v128.load (local.get $row)))
          (local.set $a (i32x4.add (local.get $a) (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_s (local.get $codes)) (v128.load (local.get $factor)))))
          (local.set $b (i32x4.add (local.get $b) (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_s (local.get $codes)) (v128.load offset=16 (local.get $factor)))))
          (local.set $factor (i32.add (local.get $factor) (i32.const 32)))
          (br_if $each_sixteen (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 16))) (local.get $end))))
        (local.set $a (i32x4.add (local.get $a) (local.get $b)))
        (f32.store (local.get $score)
          (f32.mul (f32.load (local.get $scale))
            (f32.convert_i32_s (i32.add
              (i32.add (i32x4.extract_lane 0 (local.get $a)) (i32x4.extract_lane 1 (local.get $a)))
              (i32.add (i32x4.extract_lane 2 (local.get $a)) (i32x4.extract_lane 3 (local.get $a)))))))
        (local.set $scale (i32.add (local.get $scale) (i32.const 4)))
        (local.set $score (i32.add (local.get $score) (i32.const 4)))
        (local.set $rows (i32.sub (local.get $rows) (i32.const 1)))
        (br $each_row))))
  ;; Writes the product of the vector at $query with each of $count vectors to $score. $place is a list of the numbers of the vectors,
  ;; which begin at $rows. All have $size bytes, a multiple of 64.
  (func (export "dotProducts") (param $query i32) (param $rows i32) (param $place i32) (param $count i32) (param $size i32) (param $score i32)
    (local $row i32) (local $factor i32) (local $end i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (block $done
      (loop $each_row
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $a (v128.const f32x4 0 0 0 0))
        (local.set $b (v128.const f32x4 0 0 0 0))
        (local.set $c (v128.const f32x4 0 0 0 0))
        (local.set $d (v128.const f32x4 0 0 0 0))
        (local.set $factor (local.get $query))
        (local.set $row (i32.add (local.get $rows) (i32.mul (i32.load (local.get $place)) (local.get $size))))
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
        (local.set $place (i32.add (local.get $place) (i32.const 4)))
        (local.set $score (i32.add (local.get $score) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $each_row)))))
