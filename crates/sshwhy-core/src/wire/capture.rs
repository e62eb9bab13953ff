//! Captured packets: the files of tcpdump and Wireshark (pcap, pcapng), and the headers of what they hold.
//!
//! Must never copy a packet, and never trust a length: a file may be cut anywhere, and every packet by the snapshot length.

pub mod file;
pub mod frame;
pub mod write;

pub use self::file::Packet;
pub use self::file::Packets;
pub use self::file::Reader;
pub use self::file::is_capture;
pub use self::frame::Content;
pub use self::frame::Frame;
pub use self::frame::Segment;
