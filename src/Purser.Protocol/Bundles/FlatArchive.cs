using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;

namespace Purser.Protocol.Bundles;

/// <summary>
/// A tar.gz file without folders. Nothing in it is written to a disk; a name that would lead anywhere, a link or a device is refused all the same, for whoever
/// unpacks it otherwise.
/// </summary>
internal static class FlatArchive
{
    private const int LongestName = 100;

    private static readonly DateTimeOffset Never = DateTimeOffset.UnixEpoch;

    /// <summary>Its files, as they stand in it.</summary>
    /// <param name="name">Of the archive itself, for messages.</param>
    /// <param name="largest">Bytes of a file, by its name.</param>
    public static IEnumerable<(string Name, byte[] Content)> Read(string name, byte[] file, UnpackedBytes count, Func<string, int> largest)
    {
        using var unpacked = Unpack(name, file, count);
        using var reader = new TarReader(unpacked, leaveOpen: true);
        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (reader.GetNextEntry() is { } entry)
        {
            Judge(name, entry);
            if (!known.Add(entry.Name))
            {
                throw BundleFaultException.Malformed($"{name} has two files {entry.Name}: which of them counts is not guessed. Pack it again");
            }

            yield return (entry.Name, Content(entry, largest(entry.Name)));
        }

        if (unpacked.GetBuffer().AsSpan((int)unpacked.Position, (int)(unpacked.Length - unpacked.Position)).ContainsAnyExcept((byte)0))
        {
            throw BundleFaultException.Malformed("There is something behind the end of an archive. Pack the bundle again");
        }
    }

    /// <summary>The same files give the same archive: no clock and no person goes into it.</summary>
    public static byte[] Write(IEnumerable<(string Name, byte[] Content)> files)
    {
        using var target = new MemoryStream();
        using (var packed = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true))
        using (var writer = new TarWriter(packed, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var data = new MemoryStream(content, writable: false);
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = data, ModificationTime = Never });
            }
        }

        return target.ToArray();
    }

    /// <summary>Whole, before anything of it is looked at: the checksum comes last.</summary>
    private static MemoryStream Unpack(string name, byte[] file, UnpackedBytes count)
    {
        using var packed = new GZipStream(new MemoryStream(file, writable: false), CompressionMode.Decompress);
        var (unpacked, buffer) = (new MemoryStream(), new byte[64 * 1024]);
        for (var read = packed.Read(buffer); read > 0; read = packed.Read(buffer))
        {
            unpacked.Write(buffer, 0, count.Add(read));
        }

        JudgeLength(name, file, unpacked.Length);
        unpacked.Position = 0;
        return unpacked;
    }

    private static void Judge(string archive, TarEntry entry)
    {
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
        {
            throw BundleFaultException.Malformed($"{archive} has something in it that is no plain file. Pack the files alone, without folders and links");
        }

        if (entry.Name.Length is 0 or > LongestName || entry.Name[0] == '.' || !entry.Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-'))
        {
            throw BundleFaultException.Malformed($"{archive} has a file whose name leads somewhere else or has odd characters. Pack the files without folders, under the names they came with");
        }
    }

    private static byte[] Content(TarEntry entry, int largest)
    {
        if (entry.Length > largest)
        {
            throw BundleFaultException.TooLarge($"{entry.Name} has more than {largest / 1024} kB. Save the reports of fewer days in each file");
        }

        if (entry.DataStream is not { } data)
        {
            return [];
        }

        var content = new byte[entry.Length];
        data.ReadExactly(content);
        return content;
    }

    /// <summary>A file that was cut off unpacks silently as far as it goes. Whole, it ends with how much it unpacks to (RFC 1952, 2.3.1).</summary>
    private static void JudgeLength(string name, byte[] file, long unpacked)
    {
        if (file.Length < sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(^sizeof(uint))) != unpacked)
        {
            throw BundleFaultException.Malformed($"{name} is only a part of the file. Copy it again from where it was made");
        }
    }
}
