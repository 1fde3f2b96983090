//! Floats are the same to the last bit on every machine.

use super::rig::Rig;

/// What each gives, as the bits of its float.
const KNOWN: [(&str, u64); 21] = [
    ("x.sin()", 0x3fe4_9d6e_6946_19b8),
    ("x.cos()", 0x3fe8_7996_529f_9d93),
    ("x.tan()", 0x3fea_f406_c2fc_78ae),
    ("x.sinh()", 0x3fe8_4651_53d5_bdbc),
    ("x.cosh()", 0x3ff4_152c_1862_342f),
    ("x.tanh()", 0x3fe3_56fb_17af_2e90),
    ("x.asin()", 0x3fe8_d00e_692a_fd95),
    ("x.acos()", 0x3fe9_73e8_3f5d_5c9b),
    ("x.atan()", 0x3fe3_8b11_2d7b_d4ad),
    ("atan(x, y)", 0x3fd2_e880_af5b_d953),
    ("x.asinh()", 0x3fe4_e2a4_fe90_85dd),
    ("y.acosh()", 0x3ff7_99c8_8e79_140c),
    ("x.atanh()", 0x3feb_c0ed_0947_fbe8),
    ("hypot(x, y)", 0x4003_3bb9_d71f_593a),
    ("y.exp()", 0x4023_f2c8_0aef_884d),
    ("y.ln()", 0x3fea_a731_0871_7b6a),
    ("y.log()", 0x3fd7_268c_826f_e5fc),
    ("y.log(x)", 0xc002_ae7f_f974_b49d),
    ("x ** y", 0x3fdc_2d7d_6da7_91da),
    ("y ** 5", 0x4050_1742_6fe7_18a7),
    ("3 ** x", 0x4001_42e8_1c88_9914),
];

fn bits(expression: &str) -> u64 {
    let mut rig = Rig::new();
    let ready =
        rig.load(&format!("cue(\"c\", || {{ let x = 0.7; let y = 2.3; print({expression}) }});"));
    let said = rig.call(&ready, "c").logs.remove(0).1;
    said.parse::<f64>().unwrap_or_else(|_| panic!("{expression} gives {said}")).to_bits()
}

#[test]
fn functions_of_floats_have_known_bits() {
    for (expression, known) in KNOWN {
        assert_eq!(bits(expression), known, "{expression}: {:#x}", bits(expression));
    }
}

#[test]
fn whole_numbers_have_powers_as_before() {
    assert_eq!(bits("(2 ** 10).to_float()"), 1_024.0_f64.to_bits());
    assert_eq!(bits("2.0 ** 3"), 8.0_f64.to_bits());
    assert_eq!(bits("(-2) ** 2.0"), 4.0_f64.to_bits());
    assert_eq!(bits("1 + 2 ** 3 * 2.0"), 17.0_f64.to_bits());
}
