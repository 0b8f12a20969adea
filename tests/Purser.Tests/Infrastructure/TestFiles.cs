using System.Runtime.CompilerServices;

namespace Purser.Tests.Infrastructure;

/// <summary>Files that lie in the folder <c>Data</c> beside a test.</summary>
internal static class TestFiles
{
    public static string Read(string name, [CallerFilePath] string test = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(test)!, "Data", name));
}
