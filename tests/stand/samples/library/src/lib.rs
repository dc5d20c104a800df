//! How deep a gannet dives, for Python. Only pyo3's C interface: it compiles in seconds.
use pyo3_ffi::*;
use std::ptr;

static mut METHODS: [PyMethodDef; 2] = [
    PyMethodDef {
        ml_name: c"depth".as_ptr(),
        ml_meth: PyMethodDefPointer { PyCFunction: depth },
        ml_flags: METH_O,
        ml_doc: c"Depth in metres of a dive from that height.".as_ptr(),
    },
    PyMethodDef::zeroed(),
];

static mut DEFINITION: PyModuleDef = PyModuleDef {
    m_base: PyModuleDef_HEAD_INIT,
    m_name: c"_native".as_ptr(),
    m_doc: ptr::null(),
    m_size: 0,
    m_methods: ptr::addr_of_mut!(METHODS).cast(),
    m_slots: ptr::null_mut(),
    m_traverse: None,
    m_clear: None,
    m_free: None,
};

unsafe extern "C" fn depth(_module: *mut PyObject, height: *mut PyObject) -> *mut PyObject {
    let metres = PyLong_AsLong(height);
    if metres == -1 && !PyErr_Occurred().is_null() {
        return ptr::null_mut();
    }
    PyLong_FromLong(metres / 2)
}

/// # Safety
/// Called by Python's import alone.
#[no_mangle]
pub unsafe extern "C" fn PyInit__native() -> *mut PyObject {
    PyModule_Create(ptr::addr_of_mut!(DEFINITION))
}
