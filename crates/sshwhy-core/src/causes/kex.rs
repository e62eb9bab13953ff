//! KEXINIT, the key exchange and the host key.
