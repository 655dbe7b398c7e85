using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace VolMgr.Fuzz.Coverage;

/// <summary>
/// Rewrites our libraries so that every basic block notes that it has run: <c>Reached[n] = 1</c> at the start of each.
/// </summary>
internal static class Instrumentation
{
    /// <summary>Whether a file is one of the product's libraries.</summary>
    public static bool IsOurs(string file) => Path.GetFileName(file) is var name
        && !name.StartsWith("VolMgr.Fuzz.", StringComparison.Ordinal)
        && (name == "volmgr.dll" || name.StartsWith("VolMgr.", StringComparison.Ordinal));

    /// <summary>Copies a folder of programs; our libraries in the copy are instrumented.</summary>
    public static void CopyFolder(string source, string target)
    {
        foreach (string file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy) ?? target);
            if (file.EndsWith(".dll", StringComparison.Ordinal) && IsOurs(file))
            {
                Rewrite(file, copy);
            }
            else
            {
                File.Copy(file, copy, overwrite: true);
            }
        }
    }

    private static void Rewrite(string source, string target)
    {
        using DefaultAssemblyResolver resolver = new();
        resolver.AddSearchDirectory(Path.GetDirectoryName(source));
        bool hasSymbols = File.Exists(Path.ChangeExtension(source, ".pdb"));
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(
            source, new ReaderParameters { AssemblyResolver = resolver, ReadSymbols = hasSymbols, InMemory = true });
        ModuleDefinition module = assembly.MainModule;
        TypeDefinition[] types = [.. module.GetTypes()];
        FieldDefinition map = new(
            CoverageMap.FieldName, FieldAttributes.Public | FieldAttributes.Static,
            module.ImportReference(new ArrayType(module.TypeSystem.Byte)));
        int blocks = 0;
        foreach (MethodDefinition method in types.SelectMany(type => type.Methods).Where(method => method.HasBody))
        {
            blocks = Mark(method.Body, map, blocks);
        }

        AddMap(module, map, blocks);
        // A library that was compiled ahead also has code for this machine, without the notes: only the IL is written.
        module.Attributes = (module.Attributes & ~ModuleAttributes.Required32Bit) | ModuleAttributes.ILOnly;
        module.Architecture = TargetArchitecture.I386;
        assembly.Write(target, new WriterParameters { WriteSymbols = hasSymbols });
    }

    /// <summary>Marks the blocks of a method, numbered from <paramref name="next"/>; gives the next number.</summary>
    private static int Mark(MethodBody body, FieldDefinition map, int next)
    {
        body.SimplifyMacros();
        HashSet<Instruction> starts = [body.Instructions[0]];
        foreach (Instruction instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction[] cases)
            {
                starts.UnionWith(cases);
            }
            else if (instruction.Operand is Instruction destination)
            {
                starts.Add(destination);
            }

            if (instruction.OpCode.FlowControl == FlowControl.Cond_Branch && instruction.Next is { } after)
            {
                starts.Add(after);
            }
        }

        ILProcessor processor = body.GetILProcessor();
        foreach (Instruction start in starts.Where(CanMark).OrderBy(body.Instructions.IndexOf))
        {
            // The first instruction becomes the first of the note, so that every jump and handler lands before it.
            Instruction moved = Instruction.Create(OpCodes.Nop);
            moved.OpCode = start.OpCode;
            moved.Operand = start.Operand;
            start.OpCode = OpCodes.Ldsfld;
            start.Operand = map;
            processor.InsertAfter(start, moved);
            processor.InsertAfter(start, Instruction.Create(OpCodes.Stelem_I1));
            processor.InsertAfter(start, Instruction.Create(OpCodes.Ldc_I4_1));
            processor.InsertAfter(start, Instruction.Create(OpCodes.Ldc_I4, next++));
        }

        body.OptimizeMacros();
        return next;
    }

    /// <summary>A call must stay behind its prefix.</summary>
    private static bool CanMark(Instruction start) => start.Previous?.OpCode.OpCodeType != OpCodeType.Prefix;

    private static void AddMap(ModuleDefinition module, FieldDefinition map, int blocks)
    {
        TypeDefinition type = new(
            "", CoverageMap.TypeName,
            TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed | TypeAttributes.BeforeFieldInit,
            module.TypeSystem.Object);
        type.Fields.Add(map);
        MethodDefinition initialize = new(
            ".cctor",
            MethodAttributes.Private | MethodAttributes.Static | MethodAttributes.SpecialName
                | MethodAttributes.RTSpecialName | MethodAttributes.HideBySig,
            module.TypeSystem.Void);
        ILProcessor processor = initialize.Body.GetILProcessor();
        processor.Emit(OpCodes.Ldc_I4, blocks);
        processor.Emit(OpCodes.Newarr, module.TypeSystem.Byte);
        processor.Emit(OpCodes.Stsfld, map);
        processor.Emit(OpCodes.Ret);
        type.Methods.Add(initialize);
        module.Types.Add(type);
    }
}
