using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using Purser.Protocol;
using Purser.Protocol.Bundles;
using Purser.Protocol.Usage;

namespace Purser.Tests.Protocol.Bundles;

/// <summary>Bundles of usage reports and of acknowledgements: read as they were written, and refused with cause and remedy where they are not as agreed.</summary>
public sealed class BundleTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 14, 5, 59, 123, TimeSpan.Zero);

    private static readonly byte[] Device = TestArchive.Of(TestArchive.Text("dev_4_1.txt", "<smartLicense/>"));

    [Fact]
    public void A_bundle_is_read_again_as_it_was_written_and_its_manifest_is_as_published()
    {
        var bundle = Sample();

        var file = bundle.Write();
        var read = Bundle.Read(BundleKind.Usage, file).Value;

        Golden.Check("manifest.mf", FileOf(file, BundleNames.Manifest));
        Assert.Equal((bundle.Maker, bundle.Account), (read.Maker, read.Account));
        Assert.Equal(bundle.Parts.Select(part => (part.Name, part.VirtualAccount)), read.Parts.Select(part => (part.Name, part.VirtualAccount)));
        Assert.Equal(bundle.Parts.SelectMany(part => part.Files), read.Parts.SelectMany(part => part.Files));
        Assert.Equal(["4", "edge-1", "5"], read.Parts.SelectMany(part => part.Files).Select(one => one.DeviceId));
        Assert.Equal(file, bundle.Write());
    }

    [Fact]
    public void What_a_device_signed_stays_as_it_came_to_the_byte()
    {
        const string Text = "<smartLicense><RUMReport>{&#xD;&#xA;&#x9;\"payload\":1 }&#xD;x</RUMReport><smartLicenseTrustRequest><data>d&#xD;</data></smartLicenseTrustRequest></smartLicense>";

        var read = DeviceFile.Read(Text).Value;

        Assert.Equal(ReportFile.Read(Text).Value.Reports, ReportFile.Read(read.Reports!).Value.Reports);
        Assert.Contains("\r\n", ReportFile.Read(read.Reports!).Value.Reports[0], StringComparison.Ordinal);
        Assert.Equal("d\r", XElement.Parse(read.Trust!).Value);
        Assert.Null(read.Authorization);
    }

    [Fact]
    public void The_answer_names_for_each_file_what_it_answers()
    {
        var asked = Sample();
        var answer = asked with
        {
            Kind = BundleKind.Acknowledgement,
            Parts = [.. asked.Parts.Select(part => part with { Name = BundleNames.Acknowledgement(part.Name), Files = [.. part.Files.Select(one => one with { Name = BundleNames.Acknowledgement(one.Name) })] })],
        };

        var read = Bundle.Read(BundleKind.Acknowledgement, answer.Write()).Value;

        Assert.Equal("ACK_dev_4_26Nov23_14_05_59_123.txt", read.Parts[0].Files[0].Name);
        Assert.Equal(["4", "edge-1", "5"], read.Parts.SelectMany(part => part.Files).Select(one => one.DeviceId));
        Assert.Equal(asked.Parts.Select(part => part.Name), read.Parts.Select(part => BundleNames.Answered(part.Name)));
        Assert.Contains("does not belong into a bundle of usage reports", Bundle.Read(BundleKind.Usage, answer.Write()).Detail, StringComparison.Ordinal);
        Assert.Contains("does not belong into a bundle of acknowledgements", Bundle.Read(BundleKind.Acknowledgement, asked.Write()).Detail, StringComparison.Ordinal);
    }

    /// <summary>Made with the archive library of the published program, with the slip that it has in its manifest.</summary>
    [Fact]
    public void A_bundle_of_the_published_program_is_read_with_its_slip()
    {
        var read = Bundle.Read(BundleKind.Usage, Golden.Bytes("UD_SA_26Nov23_11_00_00_000_py.tar.gz")).Value;

        var part = Assert.Single(read.Parts);
        Assert.Equal(("foofoo", BundleAccount.None, false), (read.Maker, part.VirtualAccount, read.Account.IsNamed));
        Assert.Equal("UD_VA_26Nov23_11_00_00_000_py.tar.gz", part.Name);
        Assert.Equal(["1", "2"], part.Files.Select(one => one.DeviceId));
        Assert.StartsWith("<smartLicense><RUMReport>", part.Files[0].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../dev_4_1.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("folder/dev_4_1.txt")]
    [InlineData("folder\\dev_4_1.txt")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("dev_4 1.txt")]
    public void A_name_that_leads_elsewhere_is_refused_at_both_levels(string name)
    {
        var archive = TestArchive.Of(TestArchive.Text(name, "x"));

        Refused(archive, "leads somewhere else");
        Refused(TestArchive.Around(archive), "leads somewhere else");
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Directory)]
    [InlineData(TarEntryType.Fifo)]
    [InlineData(TarEntryType.CharacterDevice)]
    public void What_is_no_file_is_refused(TarEntryType type)
    {
        var entry = new PaxTarEntry(type, "dev_4_1.txt");
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
        {
            entry.LinkName = "/etc/passwd";
        }

        Refused(TestArchive.Around(TestArchive.OfEntries(entry)), "without folders and links");
    }

    [Fact]
    public void Two_files_of_one_name_are_refused() =>
        Refused(TestArchive.Around(TestArchive.Of(TestArchive.Text("dev_4_1.txt", "a"), TestArchive.Text("dev_4_1.TXT", "b"))), "two files dev_4_1.TXT");

    [Fact]
    public void An_archive_within_an_archive_of_a_virtual_account_is_refused() =>
        Refused(TestArchive.Around(TestArchive.Of(("UD_VA_2.tar.gz", Device))), "is no file of a product instance");

    [Fact]
    public void A_small_file_that_unpacks_to_a_huge_one_is_stopped_on_the_way()
    {
        var file = new byte[BundleLimits.FileBytes];
        file.AsSpan().Fill((byte)' ');
        var many = TestArchive.Of([.. Enumerable.Range(1, 5).Select(number => ($"dev_{number}_1.txt", file))]);

        Assert.True(many.Length < BundleLimits.UnpackedBytes / 20);
        Assert.Contains("fewer product instances", Refused(TestArchive.Around(many), "unpacks to at most", WireCode.TooLarge), StringComparison.Ordinal);
        Refused(TestArchive.Around(TestArchive.Of(("dev_1_1.txt", new byte[BundleLimits.FileBytes + 1]))), "fewer days", WireCode.TooLarge);
    }

    [Fact]
    public void Too_many_product_instances_are_refused() => Refused(
        TestArchive.Around(TestArchive.Of([.. Enumerable.Range(0, BundleLimits.Devices + 1).Select(number => TestArchive.Text($"dev_{number}_1.txt", ""))])),
        "at most 10000 product instances", WireCode.TooLarge);

    [Fact]
    public void Each_part_of_a_file_is_refused_and_so_is_each_altered_byte()
    {
        var whole = Sample().Write();
        for (var length = 0; length < whole.Length; length++)
        {
            Refused(whole[..length], "");
        }

        for (var at = 20; at < whole.Length; at++)
        {
            var altered = whole.ToArray();
            altered[at] ^= 0x55;
            Refused(altered, "");
        }
    }

    [Theory]
    [InlineData("Manifest-Version: 1.0", "Manifest-Version: 2.0", "does not begin with")]
    [InlineData("Created-By", "Made-By", "Created-By is missing")]
    [InlineData("Created-By: \"{\\\"uuid\\\"", "Created-By: \"{\\\"name\\\"", "unique id of the collector")]
    [InlineData("Smart-Account-ID: 7\n", "", "Smart-Account-ID is missing")]
    [InlineData("Smart-Account-ID: 7", "Smart-Account: 7", "Smart-Account twice")]
    [InlineData("Smart-Account-ID: 7", "Smart-Account-ID", "no \"key: value\"")]
    [InlineData("Specification-VA-ID: 9\n", "", "Specification-VA-ID is missing")]
    [InlineData("UD_VA_1.tar.gz", "UD_VA_2.tar.gz", "not in the bundle")]
    [InlineData("UD_VA_1.tar.gz", "../UD_VA_1.tar.gz", "not in the bundle")]
    public void A_wrong_manifest_is_refused(string right, string wrong, string reason) =>
        Refused(TestArchive.Of(TestArchive.Text("manifest.mf", TestArchive.Manifest.Replace(right, wrong, StringComparison.Ordinal)), ("UD_VA_1.tar.gz", Device)), reason);

    [Fact]
    public void A_bundle_without_a_manifest_with_archives_that_it_does_not_name_or_with_nothing_in_it_is_refused()
    {
        Refused(TestArchive.Of(("UD_VA_1.tar.gz", Device)), "no manifest.mf");
        Refused(TestArchive.Of(TestArchive.Text("manifest.mf", TestArchive.Manifest), ("UD_VA_1.tar.gz", Device), ("UD_VA_2.tar.gz", Device)), "of which virtual account UD_VA_2.tar.gz is");
        Refused(TestArchive.Of(TestArchive.Text("manifest.mf", TestArchive.Manifest[..TestArchive.Manifest.IndexOf("\nName", StringComparison.Ordinal)])), "nothing in this bundle");
        Refused(TestArchive.Of(TestArchive.Text("readme.txt", "")), "does not belong into");
    }

    [Theory]
    [InlineData(0xC3, 0x28)]
    [InlineData(0x41, 0x00)]
    public void What_is_no_text_is_refused(byte first, byte second) => Refused(TestArchive.Around(TestArchive.Of(("dev_4_1.txt", [first, second]))), "no text in UTF-8");

    private static Bundle Sample() => new(BundleKind.Usage, "5278df84-7316-4332-88be-62623dd30b9e", new BundleAccount("Example GmbH", "1001"),
    [
        new(BundleNames.Part(At, 1), new BundleAccount("Plant: West", "2001"), [new(BundleNames.Device("4", At), "<smartLicense>ä</smartLicense>"), new(BundleNames.Device("edge-1", At), "")]),
        new(BundleNames.Part(At, 2), BundleAccount.None, [new(BundleNames.Device("5", At), "<smartLicense/>")]),
    ]);

    private static string FileOf(byte[] file, string name)
    {
        using var reader = new TarReader(new GZipStream(new MemoryStream(file), CompressionMode.Decompress));
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            if (entry.Name == name)
            {
                return new StreamReader(entry.DataStream!, Encoding.UTF8).ReadToEnd();
            }
        }

        throw new InvalidOperationException($"{name} is missing");
    }

    private static string Refused(byte[] file, string reason, string code = WireCode.Malformed)
    {
        var read = Bundle.Read(BundleKind.Usage, file);

        Assert.Equal(code, read.Code);
        Assert.Contains(reason, read.Detail, StringComparison.Ordinal);
        return read.Detail!;
    }
}
